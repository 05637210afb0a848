//! Finds out which tool call a piece belongs to.
//!
//! The vendor numbers calls and names each once, with its first piece. Others number none, give all the same number,
//! name no id, or repeat id and name with each piece.

use super::wire::ToolCall;

/// The calls of an answer.
#[derive(Debug, Default)]
pub(super) struct Calls(Vec<Call>);

#[derive(Debug)]
pub(super) struct Call {
    /// The number of its block.
    pub(super) block: u32,
    /// The server's number.
    number: Option<u32>,
    /// The server's id, if it gave one.
    id: Option<String>,
}

impl Calls {
    /// The block of the call that the piece continues; none when it begins another call.
    pub(super) fn block_of(&self, piece: &ToolCall<'_>) -> Option<u32> {
        let id = id_of(piece);
        let named = name_of(piece).is_some();
        let same_id = |call: &&Call| id.is_some() && call.id.as_deref() == id;
        let found = match piece.index {
            Some(number) => {
                let latest = self.0.iter().rev().find(|call| call.number == Some(number));
                // Another id and a name of its own: another call, though it has the same number.
                latest.filter(|call| !(named && id.is_some() && call.id.as_deref() != id))
            }
            None if id.is_some() => self.0.iter().find(same_id).or(if named { None } else { self.0.last() }),
            None if named => None,
            None => self.0.last(),
        };
        found.map(|call| call.block)
    }

    pub(super) fn begin(&mut self, block: u32, piece: &ToolCall<'_>) {
        self.0.push(Call { block, number: piece.index, id: id_of(piece).map(str::to_owned) });
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The blocks of all calls, in order.
    pub(super) fn blocks(&self) -> impl Iterator<Item = u32> {
        self.0.iter().map(|call| call.block)
    }
}

/// The id of a call, if there is one.
pub(super) fn id_of<'a>(piece: &'a ToolCall<'_>) -> Option<&'a str> {
    piece.id.as_ref().map(|id| &*id.0).filter(|id| !id.is_empty())
}

/// The name of the tool, if there is one.
pub(super) fn name_of<'a>(piece: &'a ToolCall<'_>) -> Option<&'a str> {
    piece.function.as_ref().and_then(|function| function.name.as_ref()).map(|name| &*name.0).filter(|it| !it.is_empty())
}

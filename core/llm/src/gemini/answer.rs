//! Reads the event stream of an answer.
//!
//! The stream has no blocks, only parts: neighbouring parts of one kind become one block. It has no last event either;
//! it is complete when it ends after a reason to finish, which older models write on every piece.

use atelier_protocol::{StopReason, Usage};

use super::{
    complaint,
    wire::{Candidate, FunctionCall, Part, Piece, PromptFeedback, Tokens, VendorData},
};
use crate::{
    BlockKind, ModelEvent,
    arrivals::Arrivals,
    call_id::new_call_id,
    http::{AnswerReader, Complaint, Fault, Unreadable},
    sse::SseEvent,
    text::Text,
};

/// The longest unknown stop reason that is kept, in characters.
const MAX_REASON: usize = 64;

/// What has been read of an answer.
#[derive(Default)]
pub(super) struct Answer {
    started: bool,
    blocks: u32,
    open: Option<Open>,
    called: bool,
    usage: Option<Tokens>,
    finish: Option<Finish>,
}

/// The kind of the newest block while parts can still join it. Its number is the highest so far.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    Text,
    Thinking,
}

/// A reason to finish.
struct Finish {
    reason: Option<StopReason>,
}

impl AnswerReader for Answer {
    fn read(&mut self, event: &SseEvent<'_>, arrivals: &mut Arrivals) -> Result<bool, Unreadable> {
        if event.data == b"[DONE]" {
            return Ok(self.end(arrivals));
        }
        let piece = serde_json::from_slice::<Piece<'_>>(event.data).map_err(|error| {
            // Not the parser's message, which quotes content.
            Unreadable::Malformed(format!("piece of the answer, line {} column {}", error.line(), error.column()))
        })?;
        let result = self.take(piece, arrivals);
        if result.is_err() {
            self.report_usage(arrivals);
        }
        result.map(|()| false)
    }

    fn end(&mut self, arrivals: &mut Arrivals) -> bool {
        self.report_usage(arrivals);
        let Some(finish) = self.finish.take() else {
            return false;
        };
        self.close(None, arrivals);
        // A model that calls tools stops for the same reason as one that is done.
        let stop_reason = match finish.reason {
            Some(StopReason::EndTurn) if self.called => Some(StopReason::ToolUse),
            reason => reason,
        };
        arrivals.push(ModelEvent::Finished { stop_reason });
        true
    }
}

impl Answer {
    fn take(&mut self, piece: Piece<'_>, arrivals: &mut Arrivals) -> Result<(), Unreadable> {
        if let Some(error) = &piece.error {
            return Err(Unreadable::Complaint(complaint::of(error)));
        }
        self.usage = piece.usage_metadata.or(self.usage);
        if !self.started && (piece.candidates.is_some() || piece.model_version.is_some()) {
            self.started = true;
            let model = piece.model_version.map(|model| model.0.into_owned()).unwrap_or_default();
            arrivals.push(ModelEvent::Started { model });
        }
        blocked(piece.prompt_feedback)?;
        match piece.candidates.into_iter().flatten().next() {
            Some(candidate) => self.take_candidate(candidate, arrivals),
            None => Ok(()),
        }
    }

    fn take_candidate(&mut self, candidate: Candidate<'_>, arrivals: &mut Arrivals) -> Result<(), Unreadable> {
        for part in candidate.content.and_then(|content| content.parts).into_iter().flatten() {
            self.take_part(part, arrivals)?;
        }
        if let Some(reason) = candidate.finish_reason {
            self.finish = Some(Finish { reason: stop_reason(&reason.0, candidate.finish_message)? });
        }
        Ok(())
    }

    fn take_part(&mut self, part: Part<'_>, arrivals: &mut Arrivals) -> Result<(), Unreadable> {
        let signature = part.thought_signature.map(|signature| signature.0.into_owned());
        let text = part.text.as_ref().map_or("", |text| &text.0);
        match (part.function_call, part.thought.unwrap_or_default()) {
            (Some(call), _) => return self.call(call, signature, arrivals),
            (None, true) if !text.is_empty() || signature.is_some() => {
                let index = self.block(Open::Thinking, arrivals);
                arrivals.push_thinking(index, text);
            }
            (None, false) if !text.is_empty() => {
                let index = self.block(Open::Text, arrivals);
                arrivals.push_text(index, text);
            }
            (None, false) if signature.is_some() => {
                if self.open.is_none() {
                    self.block(Open::Thinking, arrivals);
                }
                self.close(signature.map(|signature| (signature, true)), arrivals);
                return Ok(());
            }
            _ => return Ok(()),
        }
        // A signed part must not be joined with one that is not.
        if let Some(signature) = signature {
            self.close(Some((signature, false)), arrivals);
        }
        Ok(())
    }

    fn call(
        &mut self,
        call: FunctionCall<'_>,
        signature: Option<String>,
        arrivals: &mut Arrivals,
    ) -> Result<(), Unreadable> {
        let name = call.name.map(|name| name.0.into_owned()).filter(|name| !name.is_empty());
        let name = name.ok_or_else(|| Unreadable::Malformed("a tool call names no tool".to_owned()))?;
        self.close(None, arrivals);
        self.called = true;
        let given = call.id.map(|id| id.0.into_owned()).filter(|id| !id.is_empty());
        let id = given.unwrap_or_else(new_call_id);
        let index = self.next_block();
        arrivals.push(ModelEvent::BlockStarted { index, block: BlockKind::ToolUse { id, name } });
        if let Some(args) = call.args.filter(|args| !args.is_empty()) {
            arrivals.push_tool_input(index, &serde_json::Value::Object(args).to_string());
        }
        let vendor = signature.map(|thought_signature| VendorData { thought_signature, apart: false }.to_json());
        arrivals.push(ModelEvent::BlockFinished { index, vendor });
        Ok(())
    }

    /// The number of the open block if it is of this kind, or of a new one.
    fn block(&mut self, kind: Open, arrivals: &mut Arrivals) -> u32 {
        if self.open == Some(kind) {
            return self.blocks - 1;
        }
        self.close(None, arrivals);
        let index = self.next_block();
        self.open = Some(kind);
        let block = match kind {
            Open::Text => BlockKind::Text,
            Open::Thinking => BlockKind::Thinking,
        };
        arrivals.push(ModelEvent::BlockStarted { index, block });
        index
    }

    fn next_block(&mut self) -> u32 {
        self.blocks += 1;
        self.blocks - 1
    }

    /// Ends the open block, with its signature and whether that came apart.
    fn close(&mut self, signature: Option<(String, bool)>, arrivals: &mut Arrivals) {
        if self.open.take().is_some() {
            let vendor = signature.map(|(thought_signature, apart)| VendorData { thought_signature, apart }.to_json());
            arrivals.push(ModelEvent::BlockFinished { index: self.blocks - 1, vendor });
        }
    }

    /// Once, at the end: the counts of earlier pieces may be preliminary, and cached tokens appear late.
    fn report_usage(&mut self, arrivals: &mut Arrivals) {
        arrivals.extend(self.usage.take().map(|tokens| ModelEvent::Usage(Usage::from(tokens))));
    }
}

/// A prompt that was blocked gets no answer at all.
fn blocked(feedback: Option<PromptFeedback<'_>>) -> Result<(), Unreadable> {
    let Some((reason, message)) =
        feedback.and_then(|feedback| Some((feedback.block_reason?, feedback.block_reason_message)))
    else {
        return Ok(());
    };
    let message = Some(message.map_or(reason.0, |message| message.0).into_owned());
    Err(Unreadable::Complaint(Complaint { fault: Fault::Blocked, message }))
}

fn stop_reason(reason: &str, message: Option<Text<'_>>) -> Result<Option<StopReason>, Unreadable> {
    Ok(Some(match reason {
        "" | "FINISH_REASON_UNSPECIFIED" => return Ok(None),
        "STOP" => StopReason::EndTurn,
        "MAX_TOKENS" => StopReason::MaxTokens,
        "SAFETY"
        | "RECITATION"
        | "LANGUAGE"
        | "BLOCKLIST"
        | "PROHIBITED_CONTENT"
        | "SPII"
        | "IMAGE_SAFETY"
        | "IMAGE_PROHIBITED_CONTENT"
        | "IMAGE_RECITATION"
        | "ESCALATION"
        | "MODEL_ARMOR" => StopReason::Refusal,
        "MALFORMED_FUNCTION_CALL"
        | "UNEXPECTED_TOOL_CALL"
        | "MALFORMED_RESPONSE"
        | "MISSING_THOUGHT_SIGNATURE"
        | "PUP_LIMITED_DISABLED" => {
            let message = Some(message.map_or_else(|| reason.to_owned(), |message| message.0.into_owned()));
            return Err(Unreadable::Complaint(Complaint { fault: Fault::Other, message }));
        }
        other => StopReason::Other(other.chars().filter(|c| !c.is_control()).take(MAX_REASON).collect()),
    }))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::sse::SseDecoder;

    /// An answer with one of everything, in the shape of the documentation's examples.
    const STREAM: &str = concat!(
        r#"data: {"candidates":[{"content":{"parts":[{"text":"**Thinking** ","thought":true}],"role":"model"},"#,
        r#""index":0}],"usageMetadata":{"promptTokenCount":4,"totalTokenCount":4},"modelVersion":"gemini-x"}"#,
        "\r\n\r\n",
        r#"data: {"candidates": [{"content": {"parts": [{"text": "Grüße, \ud83d\ude00 "}]}}]}"#,
        "\n\n",
        r#"data: {"candidates":[{"content":{"parts":[{"text":"all."},{"functionCall":{"name":"f","args":{"a":[1,"é"]}},"#,
        r#""thoughtSignature":"c2ln"},{"functionCall":{"id":"own","name":"g","args":{}}}]},"finishReason":"STOP"}],"#,
        r#""usageMetadata":{"promptTokenCount":9,"cachedContentTokenCount":4,"candidatesTokenCount":3,"#,
        r#""thoughtsTokenCount":2}}"#,
        "\n\n",
    );

    fn read<'a>(chunks: impl IntoIterator<Item = &'a [u8]>) -> Vec<ModelEvent> {
        let (mut decoder, mut answer, mut arrivals) = (SseDecoder::default(), Answer::default(), Arrivals::default());
        for chunk in chunks {
            decoder.read(chunk, |event| answer.read(&event, &mut arrivals).map(|_| ())).unwrap();
        }
        assert!(answer.end(&mut arrivals));
        std::iter::from_fn(|| arrivals.pop()).map(with_plain_id).collect()
    }

    /// Ids that we make are new each time.
    fn with_plain_id(mut event: ModelEvent) -> ModelEvent {
        if let ModelEvent::BlockStarted { block: BlockKind::ToolUse { id, .. }, .. } = &mut event
            && id.starts_with("call_")
        {
            "made".clone_into(id);
        }
        event
    }

    #[test]
    fn parts_become_blocks_that_follow_each_other() {
        use ModelEvent::{BlockFinished, BlockStarted, TextDelta, ThinkingDelta, ToolInputDelta};
        let call = |id: &str, name: &str| BlockKind::ToolUse { id: id.into(), name: name.into() };
        let usage = Usage {
            input_tokens: 5,
            output_tokens: 5,
            cache_read_tokens: 4,
            cache_write_tokens: 0,
            reasoning_tokens: 2,
        };
        let expected = [
            ModelEvent::Started { model: "gemini-x".into() },
            BlockStarted { index: 0, block: BlockKind::Thinking },
            ThinkingDelta { index: 0, text: "**Thinking** ".into() },
            BlockFinished { index: 0, vendor: None },
            BlockStarted { index: 1, block: BlockKind::Text },
            TextDelta { index: 1, text: "Grüße, 😀 all.".into() },
            BlockFinished { index: 1, vendor: None },
            BlockStarted { index: 2, block: call("made", "f") },
            ToolInputDelta { index: 2, partial_json: r#"{"a":[1,"é"]}"#.into() },
            BlockFinished { index: 2, vendor: Some(serde_json::json!({"thoughtSignature": "c2ln"})) },
            BlockStarted { index: 3, block: call("own", "g") },
            BlockFinished { index: 3, vendor: None },
            ModelEvent::Usage(usage),
            ModelEvent::Finished { stop_reason: Some(StopReason::ToolUse) },
        ];
        assert_eq!(read([STREAM.as_bytes()]), expected);
    }

    proptest! {
        #[test]
        fn any_split_of_the_bytes_gives_the_same_events(cuts in prop::collection::vec(0..STREAM.len(), 0..40)) {
            let mut cuts = cuts;
            cuts.extend([0, STREAM.len()]);
            cuts.sort_unstable();
            let chunks = cuts.windows(2).map(|pair| &STREAM.as_bytes()[pair[0]..pair[1]]);
            prop_assert_eq!(read(chunks), read([STREAM.as_bytes()]));
        }
    }
}

//! Sends the body of a stream piece by piece, in HTTP chunks, so that each piece reaches the client by itself.

use std::{io, io::Write as _, time::Duration};

use tokio::{
    io::{AsyncWrite, AsyncWriteExt},
    time::sleep,
};

/// Why no more is sent.
#[derive(Debug)]
pub(crate) enum Stop {
    /// The script says so.
    Close,
    /// The script says so, with a reset.
    Reset,
    /// The client is gone.
    Gone,
}

impl From<io::Error> for Stop {
    fn from(_: io::Error) -> Self {
        Self::Gone
    }
}

/// The body that is being sent.
pub(crate) struct Body<'a, W> {
    writer: W,
    /// What has been rendered and not sent.
    pending: Vec<u8>,
    /// A piece in its HTTP frame.
    frame: Vec<u8>,
    split: usize,
    pace: Duration,
    cut_after: Option<u64>,
    /// How much has been sent, in bytes; readable also when sending is given up in the middle.
    sent: &'a mut u64,
}

impl<'a, W: AsyncWrite + Unpin> Body<'a, W> {
    pub(crate) fn new(writer: W, split: usize, pace: Duration, cut_after: Option<u64>, sent: &'a mut u64) -> Self {
        Self { writer, pending: Vec::new(), frame: Vec::new(), split, pace, cut_after, sent }
    }

    /// Where the next bytes of the stream are to be appended.
    pub(crate) fn pending(&mut self) -> &mut Vec<u8> {
        &mut self.pending
    }

    /// Sends what is pending: as one piece, or in pieces of the script's size with the rest kept for later.
    pub(crate) async fn send(&mut self) -> Result<(), Stop> {
        let pending = std::mem::take(&mut self.pending);
        let size = if self.split == 0 { pending.len().max(1) } else { self.split };
        let mut pieces = pending.chunks_exact(size);
        for piece in &mut pieces {
            self.send_piece(piece).await?;
        }
        let rest = pieces.remainder().to_vec();
        self.pending = pending;
        self.pending.clear();
        self.pending.extend_from_slice(&rest);
        Ok(())
    }

    /// Sends what is pending to the last byte.
    pub(crate) async fn flush(&mut self) -> Result<(), Stop> {
        self.send().await?;
        let rest = std::mem::take(&mut self.pending);
        self.send_piece(&rest).await
    }

    /// Ends the body properly.
    pub(crate) async fn end(&mut self) -> Result<(), Stop> {
        Ok(self.writer.write_all(b"0\r\n\r\n").await?)
    }

    async fn send_piece(&mut self, piece: &[u8]) -> Result<(), Stop> {
        let room = self.cut_after.map_or(u64::MAX, |limit| limit.saturating_sub(*self.sent));
        let fits = usize::try_from(room).unwrap_or(usize::MAX).min(piece.len());
        let (whole, piece) = (fits == piece.len(), &piece[..fits]);
        if !piece.is_empty() {
            self.frame.clear();
            write!(self.frame, "{:x}\r\n", piece.len())?;
            self.frame.extend_from_slice(piece);
            self.frame.extend_from_slice(b"\r\n");
            self.writer.write_all(&self.frame).await?;
            *self.sent += piece.len() as u64;
        }
        if !whole {
            return Err(Stop::Close);
        }
        if !self.pace.is_zero() && !piece.is_empty() {
            sleep(self.pace).await;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn sent(texts: &[&str], split: usize, cut_after: Option<u64>) -> (String, bool) {
        let mut written = Vec::new();
        let mut total = 0;
        let mut body = Body::new(&mut written, split, Duration::ZERO, cut_after, &mut total);
        let mut cut = false;
        for text in texts {
            body.pending().extend_from_slice(text.as_bytes());
            cut = cut || body.send().await.is_err();
        }
        cut = cut || body.flush().await.is_err();
        (String::from_utf8_lossy(&written).into_owned(), cut)
    }

    #[tokio::test]
    async fn each_text_is_one_chunk_unless_a_size_is_given() {
        assert_eq!(sent(&["abc", "de"], 0, None).await, ("3\r\nabc\r\n2\r\nde\r\n".to_owned(), false));
        assert_eq!(sent(&["abc", "de"], 2, None).await, ("2\r\nab\r\n2\r\ncd\r\n1\r\ne\r\n".to_owned(), false));
    }

    #[tokio::test]
    async fn a_cut_falls_on_the_byte() {
        assert_eq!(sent(&["abc", "de"], 0, Some(4)).await, ("3\r\nabc\r\n1\r\nd\r\n".to_owned(), true));
        assert_eq!(sent(&["abc"], 0, Some(0)).await, (String::new(), true));
    }
}

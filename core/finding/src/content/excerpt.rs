//! Of a long line, the part that matters.

/// How much of a line is shown, in characters.
const MAX_LINE: usize = 400;

/// A line without its end, or a part of a long one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Excerpt {
    /// What is shown; what is not UTF-8 stands as replacement characters.
    pub(crate) text: String,
    /// The part of the line that it is.
    from: usize,
    to: usize,
    /// Whether the line goes on after it.
    pub(crate) cut: bool,
}

impl Excerpt {
    /// The line, or the part of it around the byte `at`.
    pub(crate) fn of(line: &[u8], at: usize) -> Self {
        // As many characters as are shown have at most four times as many bytes.
        let mut from = if line.len() <= MAX_LINE { 0 } else { at.min(line.len()).saturating_sub(MAX_LINE / 4) };
        // No character is cut in two at the beginning.
        while from > 0 && from < line.len() && line[from] & 0xC0 == 0x80 && at - from < MAX_LINE / 4 + 4 {
            from -= 1;
        }
        let to = line.len().min(from + 4 * MAX_LINE);
        let whole = String::from_utf8_lossy(&line[from..to]);
        let end = whole.char_indices().nth(MAX_LINE).map_or(whole.len(), |(end, _)| end);
        let mut text = whole.into_owned();
        let cut = end < text.len() || to < line.len();
        text.truncate(end);
        Self { text, from, to, cut }
    }

    /// How many bytes of the line come before it.
    pub(crate) fn skipped(&self) -> usize {
        self.from
    }

    /// Where a part of the line is in the text, as far as it is shown at all.
    pub(crate) fn place(&self, line: &[u8], start: usize, end: usize) -> Option<(usize, usize)> {
        let (start, end) = (self.position(line, start)?, self.position(line, end).unwrap_or(self.text.len()));
        (start < self.text.len() || start == end).then_some((start, end.max(start)))
    }

    fn position(&self, line: &[u8], at: usize) -> Option<usize> {
        if !(self.from..=self.to).contains(&at) {
            return None;
        }
        // Replacement characters are longer than what they stand for.
        let position = String::from_utf8_lossy(&line[self.from..at]).len();
        Some(self.text.floor_char_boundary(position))
    }
}

/// The line without its end.
pub(crate) fn bare(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_long_line_the_part_around_the_match_is_shown() {
        assert_eq!(Excerpt::of(bare(b"short \r\n"), 3).text, "short ");
        let long = "é".repeat(1000) + "needle" + &"x".repeat(1000);
        let shown = Excerpt::of(long.as_bytes(), 2000);
        assert!(shown.text.starts_with('é') && shown.text.contains("needle") && shown.cut, "{shown:?}");
        let (start, end) = shown.place(long.as_bytes(), 2000, 2006).unwrap();
        assert_eq!(&shown.text[start..end], "needle");
        assert_eq!(long.as_bytes()[shown.skipped()], "é".as_bytes()[0]);
        assert_eq!(shown.text.chars().count(), MAX_LINE);
        assert!(Excerpt::of(&[0xFF; 5000], 4999).text.chars().count() <= MAX_LINE);
        assert_eq!(shown.place(long.as_bytes(), 0, 4), None);
    }

    #[test]
    fn what_is_no_text_moves_what_comes_after_it() {
        let line = b"\xFF\xFE needle";
        let shown = Excerpt::of(line, 3);
        assert_eq!(shown.text, "\u{fffd}\u{fffd} needle");
        let (start, end) = shown.place(line, 3, 9).unwrap();
        assert_eq!(&shown.text[start..end], "needle");
    }
}

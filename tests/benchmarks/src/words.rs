//! Made-up text whose words are as unevenly common as those of a language.

/// A vocabulary: the n-th word occurs about 1/n as often as the first.
pub struct Words {
    words: Vec<String>,
    /// The sums of the frequencies up to each word, in proportion to the last.
    sums: Vec<u64>,
}

impl Words {
    /// So many different words of two to nine letters.
    pub fn new(count: u32) -> Self {
        let mut random = 42;
        let mut words: Vec<String> = Vec::new();
        let mut sums = Vec::new();
        let mut sum = 0;
        for rank in 1..=count {
            let letters = 2 + next(&mut random) % 8;
            let letter = |random: &mut u64| char::from(b"etaoinshrdlucmfwypvbgkqjxz"[skewed(random)]);
            // The number keeps words apart that would else be the same.
            let tail = if letters < 5 { rank.to_string() } else { String::new() };
            words.push((0..letters).map(|_| letter(&mut random)).collect::<String>() + &tail);
            sum += 1_000_000_000 / u64::from(rank);
            sums.push(sum);
        }
        Self { words, sums }
    }

    /// A word, a common one more often.
    pub fn any(&self, random: &mut u64) -> &str {
        let sum = self.sums.last().copied().unwrap_or(1);
        let place = next(random) % sum;
        self.ranked(self.sums.partition_point(|up_to| *up_to <= place))
    }

    /// The word that so many are commoner than.
    pub fn ranked(&self, rank: usize) -> &str {
        self.words.get(rank).map_or("", String::as_str)
    }

    /// A text of between none and twice so many words, and one.
    pub fn text(&self, random: &mut u64, length: u64) -> String {
        let mut text = self.any(random).to_owned();
        for _ in 0..next(random) % (2 * length) {
            text.push(' ');
            text.push_str(self.any(random));
        }
        text
    }
}

/// The next of a sequence of numbers without a pattern (xorshift); the same one each time.
fn next(random: &mut u64) -> u64 {
    *random ^= *random << 13;
    *random ^= *random >> 7;
    *random ^= *random << 17;
    *random
}

/// One of 26 places, an earlier one more often.
fn skewed(random: &mut u64) -> usize {
    let [one, other] = [next(random) % 26, next(random) % 26];
    usize::try_from(one.min(other)).unwrap_or(0)
}

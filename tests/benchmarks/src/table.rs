//! Medians of pairs, and a line for each.

use std::time::Duration;

/// Runs that took turns: ours and the rival's, pair by pair.
#[derive(Debug, Default)]
pub struct Pairs {
    ours: Vec<Duration>,
    rivals: Vec<Duration>,
}

impl Pairs {
    /// Adds a pair.
    pub fn add(&mut self, ours: Duration, rival: Duration) {
        self.ours.push(ours);
        self.rivals.push(rival);
    }

    /// Our median time.
    pub fn ours(&self) -> Duration {
        median(self.ours.clone())
    }

    /// The rival's median time.
    pub fn rival(&self) -> Duration {
        median(self.rivals.clone())
    }

    /// Our speed as a share of the rival's, the median over the pairs: 1 is as fast, 0.5 half as fast.
    pub fn relative_speed(&self) -> f64 {
        let ratios = self.ours.iter().zip(&self.rivals).map(|(ours, rival)| rival.as_secs_f64() / ours.as_secs_f64());
        let mut ratios: Vec<_> = ratios.collect();
        ratios.sort_by(f64::total_cmp);
        ratios.get(ratios.len() / 2).copied().unwrap_or_default()
    }
}

/// The middle of the values, zero of none.
pub fn median(mut values: Vec<Duration>) -> Duration {
    values.sort_unstable();
    values.get(values.len() / 2).copied().unwrap_or_default()
}

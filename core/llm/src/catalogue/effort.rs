//! How a model is asked to think as hard as the user wants: each in its own terms, and only in those.

use crate::{Effort, ModelInfo, Thinking};

/// The smallest budget that vendors take, in tokens.
const LEAST_BUDGET: u32 = 1024;

/// What a request says about thinking; none of it leaves thinking to the model.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AskedThinking {
    /// For [`ModelRequest::thinking_budget`](crate::ModelRequest::thinking_budget).
    pub budget: Option<u32>,
    /// For [`ModelRequest::effort`](crate::ModelRequest::effort).
    pub effort: Option<Effort>,
}

impl ModelInfo {
    /// How this model is asked to think this hard in an answer of at most `max_tokens`: by the nearest level that it
    /// takes, or by a budget. A model that does not think, or of which nothing is known, is not asked at all.
    pub fn thinking_at(&self, effort: Effort, max_tokens: u32) -> AskedThinking {
        match self.thinking {
            Thinking::None => AskedThinking::default(),
            Thinking::Effort => AskedThinking { budget: None, effort: nearest(&self.efforts, effort) },
            Thinking::Budget if effort == Effort::None => AskedThinking { budget: None, effort: Some(effort) },
            Thinking::Budget => AskedThinking { budget: budget(effort, max_tokens), effort: None },
        }
    }
}

impl Thinking {
    /// The levels that a model is taken to have where nobody says which.
    pub(super) fn usual_efforts(self) -> Vec<Effort> {
        match self {
            Self::None => Vec::new(),
            Self::Budget => vec![Effort::None, Effort::Low, Effort::Medium, Effort::High],
            Self::Effort => vec![Effort::Low, Effort::Medium, Effort::High],
        }
    }
}

/// The highest of the levels that is not above the wanted one, or else the lowest. Only who wants no thinking gets none.
fn nearest(levels: &[Effort], wanted: Effort) -> Option<Effort> {
    if wanted == Effort::None && levels.contains(&wanted) {
        return Some(wanted);
    }
    let thinking = || levels.iter().copied().filter(|level| *level != Effort::None);
    thinking().filter(|level| *level <= wanted).max().or_else(|| thinking().min())
}

/// Tokens to think with: at most half of the answer. None where that is less than the least.
fn budget(effort: Effort, max_tokens: u32) -> Option<u32> {
    let wanted = match effort {
        Effort::None | Effort::Minimal => LEAST_BUDGET,
        Effort::Low => 2048,
        Effort::Medium => 8192,
        Effort::High => 16_384,
        Effort::XHigh | Effort::Max => 32_768,
    };
    Some(wanted.min(max_tokens / 2)).filter(|budget| *budget >= LEAST_BUDGET)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn model(thinking: Thinking, efforts: &[Effort]) -> ModelInfo {
        ModelInfo { thinking, efforts: efforts.to_vec(), ..ModelInfo::unknown("anthropic", "m") }
    }

    #[test]
    fn the_nearest_level_is_asked_for() {
        use Effort::{High, Low, Max, Medium, Minimal, None as Off, XHigh};
        for (levels, wanted, asked) in [
            (&[Low, Medium, High][..], Medium, Some(Medium)),
            (&[Low, Medium, High], Max, Some(High)),
            (&[Low, Medium, High], Off, Some(Low)),
            (&[Off, Low, High], Off, Some(Off)),
            (&[Off, Low, High], Minimal, Some(Low)),
            (&[Off, Low, High], Medium, Some(Low)),
            (&[Low, XHigh, Max], Max, Some(Max)),
            (&[High], Low, Some(High)),
            (&[], High, None),
        ] {
            let asked_thinking = model(Thinking::Effort, levels).thinking_at(wanted, 32_768);
            assert_eq!(asked_thinking, AskedThinking { budget: None, effort: asked }, "{levels:?} {wanted:?}");
        }
    }

    #[test]
    fn a_model_of_which_nothing_is_known_is_not_asked_to_think() {
        let unknown = ModelInfo::unknown("anthropic", "claude-next");
        assert_eq!(unknown.thinking_at(Effort::High, 8192), AskedThinking::default());
    }

    proptest! {
        #[test]
        fn a_budget_leaves_half_of_the_answer(at in 0..Effort::ALL.len(), max_tokens: u32) {
            let effort = Effort::ALL[at];
            let asked = model(Thinking::Budget, &[]).thinking_at(effort, max_tokens);
            match asked.budget {
                Some(budget) => prop_assert!((LEAST_BUDGET..=max_tokens / 2).contains(&budget)),
                None => prop_assert!(effort == Effort::None || max_tokens < 2 * LEAST_BUDGET),
            }
            prop_assert_eq!(asked.effort.is_some(), effort == Effort::None);
        }
    }
}

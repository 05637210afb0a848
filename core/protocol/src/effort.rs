//! How hard a model is to think.

use serde::{Deserialize, Serialize};

/// How hard a model thinks. Which levels a model takes is up to the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Effort {
    /// Not at all.
    None,
    /// Hardly.
    Minimal,
    /// A little.
    Low,
    /// As much as most questions need.
    Medium,
    /// Much.
    High,
    /// Very much.
    XHigh,
    /// Without restraint.
    Max,
}

impl Effort {
    /// All of them, the least first.
    pub const ALL: [Self; 7] = [Self::None, Self::Minimal, Self::Low, Self::Medium, Self::High, Self::XHigh, Self::Max];

    /// The name in settings, requests and on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Minimal => "minimal",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::XHigh => "xhigh",
            Self::Max => "max",
        }
    }

    /// The level of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|effort| effort.as_str() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_has_one_name_everywhere_and_the_least_comes_first() {
        for effort in Effort::ALL {
            assert_eq!(serde_json::to_value(effort).unwrap(), effort.as_str());
            assert_eq!(Effort::from_name(effort.as_str()), Some(effort));
        }
        assert!(Effort::ALL.is_sorted());
        assert_eq!(Effort::from_name("High"), None);
    }
}

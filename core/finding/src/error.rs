//! Why a search could not be made.

/// Why a search could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FindingError {
    /// The pattern is no regular expression, or one that would take too much memory.
    #[error("The pattern is not usable ({reason}); correct it, or search for it as plain text.")]
    Pattern {
        /// What is wrong with it, in a few words.
        reason: String,
    },
    /// There is nothing to search for.
    #[error("There is nothing to search for; type a few letters.")]
    EmptyPattern,
    /// The pattern is longer than what is taken.
    #[error("The pattern is longer than {max} bytes; search for a part of it.")]
    LongPattern {
        /// What is taken, in bytes.
        max: usize,
    },
    /// A glob is not one.
    #[error("The glob `{glob}` is not usable: {reason}; correct it.")]
    Glob {
        /// The glob.
        glob: String,
        /// What is wrong with it.
        reason: String,
    },
    /// There are too many threads already.
    #[error("The system could not start a thread for the search ({0}); close other programs and try again.")]
    Threads(#[source] std::io::Error),
}

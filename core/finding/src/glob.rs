//! Patterns for paths.

use std::path::Path;

use globset::{GlobBuilder, GlobMatcher, GlobSet, GlobSetBuilder};

use crate::FindingError;

/// How many globs a search takes on either side.
const MAX_GLOBS: usize = 100;

/// A pattern for paths relative to the folder that is looked in. Without a slash it matches in any folder; `*` stops at
/// slashes, `**` does not.
#[derive(Debug, Clone)]
pub struct Glob(GlobMatcher);

impl Glob {
    /// Reads a pattern.
    pub fn new(pattern: &str) -> Result<Self, FindingError> {
        Ok(Self(parse(pattern)?.compile_matcher()))
    }

    /// Whether it means that path.
    pub fn is_match(&self, path: &Path) -> bool {
        self.0.is_match(path)
    }
}

/// Which files a search is about: those that one of `include` means (all, where there is none) and none of `exclude` does.
/// A glob that means a folder means all that is in it.
#[derive(Debug, Clone)]
pub struct Globs {
    include: Option<GlobSet>,
    exclude: GlobSet,
}

impl Globs {
    /// Reads the patterns; blank ones are passed over.
    pub fn new(include: &[String], exclude: &[String]) -> Result<Self, FindingError> {
        let include = set(include)?;
        Ok(Self { include: (!include.is_empty()).then_some(include), exclude: set(exclude)? })
    }

    /// Whether a file of that path, relative to the folder that is searched, is to be looked at.
    pub fn take(&self, path: &Path) -> bool {
        self.include.as_ref().is_none_or(|include| include.is_match(path)) && !self.exclude.is_match(path)
    }

    /// Whether nothing in a folder of that path can be of interest.
    pub(crate) fn leave_folder(&self, path: &Path) -> bool {
        self.exclude.is_match(path)
    }
}

fn set(patterns: &[String]) -> Result<GlobSet, FindingError> {
    let mut set = GlobSetBuilder::new();
    let patterns = patterns.iter().map(|pattern| pattern.trim()).filter(|pattern| !pattern.is_empty());
    for (count, pattern) in patterns.enumerate() {
        if count == MAX_GLOBS {
            return Err(unusable(pattern, format!("there are more than {MAX_GLOBS}")));
        }
        let pattern = pattern.trim_end_matches('/');
        set.add(parse(pattern)?);
        set.add(parse(&format!("{}/**", anywhere(pattern)))?);
    }
    set.build().map_err(|error| unusable(error.glob().unwrap_or_default(), error.kind().to_string()))
}

fn parse(pattern: &str) -> Result<globset::Glob, FindingError> {
    let anywhere = anywhere(pattern);
    let built = GlobBuilder::new(&anywhere).literal_separator(true).build();
    built.map_err(|error| unusable(pattern, error.kind().to_string()))
}

fn anywhere(pattern: &str) -> String {
    let inner = pattern.strip_prefix("./").or_else(|| pattern.strip_prefix('/'));
    match inner {
        Some(inner) => inner.to_owned(),
        None if pattern.contains('/') => pattern.to_owned(),
        None => format!("**/{pattern}"),
    }
}

fn unusable(glob: &str, reason: String) -> FindingError {
    FindingError::Glob { glob: glob.chars().take(200).collect(), reason }
}

//! Colours, as they are seen.

#[cfg(test)]
mod always;
#[cfg(test)]
mod languages;

//! What users and projects have written down, as it lies on a real disk.

#[cfg(test)]
mod commands;
#[cfg(test)]
mod instructions;
#[cfg(test)]
mod place;

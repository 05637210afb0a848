//! Finding, over real folders.

#[cfg(test)]
mod content;
#[cfg(test)]
mod finder;
#[cfg(test)]
mod ignore_rules;
#[cfg(test)]
mod names;
#[cfg(test)]
mod others;
#[cfg(test)]
mod project;
#[cfg(test)]
mod replacing;

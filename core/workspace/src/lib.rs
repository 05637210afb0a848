//! What lies beneath a project folder: files, reached without ever leaving the folder.
//!
//! [`Roots`] decides what may be used at all, and opens it. A [`Folder`] is opened once. A path that a person or a model names becomes a [`RelativePath`] by [`Folder::locate`],
//! which follows links and refuses what lies outside. Everything else walks that path from the opened folder,
//! one component at a time and following no link at all. So a link that is put in the way between the check and the use
//! makes the use fail; it can't lead it astray.
//!
//! (`cap-std` was considered: it refuses absolute links that point inside, and the file it opens need not be the one whose
//! name was checked, which the refusal of key files needs.)
//!
//! This crate knows no session, no tool and no settings.

mod address;
mod arrange;
mod descent;
mod entry;
mod error;
mod folder;
mod guard;
mod listing;
mod relative;
mod replace;
mod resolve;
mod roots;
mod stamp;
mod standing;
mod text_file;
mod trash;
mod tree;
mod watch;

pub use address::{address, path_at, unquoted};
pub use arrange::CopyLimits;
pub use descent::Descent;
pub use entry::{Entry, EntryKind};
pub use error::AccessError;
pub use folder::{Content, Folder};
pub use guard::SECRET_PATTERNS;
pub use listing::Listed;
pub use relative::RelativePath;
pub use replace::Expected;
pub use roots::{RootError, Roots};
pub use stamp::{InvalidStamp, Stamp};
pub use standing::Standing;
pub use text_file::{Encoding, NotText, TextFile};
pub use watch::{Changes, Means as WatchMeans, Watch};

//! Tools of MCP servers: configured by the user and by projects, started when they are needed, called, and stopped.
//!
//! The protocol itself is the business of `rmcp`. This crate decides which servers there are and may be used, runs their
//! processes, names their tools and bounds what they say. It knows no session, no model and no screen: a session is given
//! a [`atelier_tools::ToolSource`].

mod answer;
mod config;
mod connection;
mod elicitation;
mod error;
mod handler;
mod http;
mod lines;
mod listening;
mod listing;
mod login;
mod login_client;
mod mcp;
mod names;
mod params;
mod process;
mod project;
mod server;
mod source;

pub use config::{ConfigError, Origin, Reach, ServerConfig, ToolsFormat};
pub use error::McpError;
pub use mcp::{Mcp, McpAnswer, McpPrompt, McpResource, McpTool, ServerInfo, ServerState, Servers};

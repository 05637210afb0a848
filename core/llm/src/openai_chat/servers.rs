//! Who speaks Chat Completions.

use super::Chat;
use crate::{Vendor, openai::OPENAI};

/// A vendor or a program that speaks Chat Completions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ChatServer {
    /// OpenAI itself.
    OpenAi,
    /// OpenRouter, which passes requests on to others.
    OpenRouter,
    /// Ollama, on this machine.
    Ollama,
    /// LM Studio, on this machine.
    LmStudio,
    /// The server of llama.cpp, on this machine.
    LlamaCpp,
    /// vLLM, on this machine.
    Vllm,
    /// Any other.
    Other,
}

impl ChatServer {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::OpenAi, Self::OpenRouter, Self::Ollama, Self::LmStudio, Self::LlamaCpp, Self::Vllm, Self::Other];

    /// What is fixed about it.
    pub fn vendor(self) -> &'static Vendor {
        self.dialect().vendor
    }

    pub(super) fn dialect(self) -> &'static Chat {
        match self {
            Self::OpenAi => &OPENAI_CHAT,
            Self::OpenRouter => &OPENROUTER_CHAT,
            Self::Ollama => &OLLAMA_CHAT,
            Self::LmStudio => &LM_STUDIO_CHAT,
            Self::LlamaCpp => &LLAMA_CPP_CHAT,
            Self::Vllm => &VLLM_CHAT,
            Self::Other => &OTHER_CHAT,
        }
    }
}

static OPENAI_CHAT: Chat = Chat { server: ChatServer::OpenAi, vendor: &OPENAI };

static OPENROUTER_CHAT: Chat = Chat {
    server: ChatServer::OpenRouter,
    vendor: &Vendor {
        name: "openrouter",
        label: "OpenRouter",
        default_base_url: "https://openrouter.ai/api/v1",
        key_variable: None,
        base_url_variable: None,
        key_required: true,
    },
};

static OLLAMA_CHAT: Chat = Chat {
    server: ChatServer::Ollama,
    vendor: &Vendor {
        name: "ollama",
        label: "Ollama",
        default_base_url: "http://127.0.0.1:11434/v1",
        key_variable: None,
        base_url_variable: None,
        key_required: false,
    },
};

static LM_STUDIO_CHAT: Chat = Chat {
    server: ChatServer::LmStudio,
    vendor: &Vendor {
        name: "lmstudio",
        label: "LM Studio",
        default_base_url: "http://127.0.0.1:1234/v1",
        key_variable: None,
        base_url_variable: None,
        key_required: false,
    },
};

static LLAMA_CPP_CHAT: Chat = Chat {
    server: ChatServer::LlamaCpp,
    vendor: &Vendor {
        name: "llamacpp",
        label: "llama.cpp",
        default_base_url: "http://127.0.0.1:8080/v1",
        key_variable: None,
        base_url_variable: None,
        key_required: false,
    },
};

static VLLM_CHAT: Chat = Chat {
    server: ChatServer::Vllm,
    vendor: &Vendor {
        name: "vllm",
        label: "vLLM",
        default_base_url: "http://127.0.0.1:8000/v1",
        key_variable: None,
        base_url_variable: None,
        key_required: false,
    },
};

static OTHER_CHAT: Chat = Chat {
    server: ChatServer::Other,
    vendor: &Vendor {
        name: "compatible",
        label: "OpenAI-compatible server",
        default_base_url: "http://127.0.0.1:8000/v1",
        key_variable: None,
        base_url_variable: None,
        key_required: false,
    },
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_server_has_a_row_and_a_name_of_its_own() {
        let mut names: Vec<_> = ChatServer::ALL.iter().map(|server| server.vendor().name).collect();
        assert!(ChatServer::ALL.iter().all(|server| server.dialect().server == *server));
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), ChatServer::ALL.len());
    }
}

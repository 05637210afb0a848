//! Who answers at an address, as far as the address tells.

use reqwest::Url;

use super::ChatServer;
use crate::http::is_loopback;

impl ChatServer {
    /// Who answers at this base URL: a vendor by its host, a program on this machine by its port where that port is its
    /// alone. Many servers listen on llama.cpp's and vLLM's, so these are [`ChatServer::Other`] like all the rest.
    pub fn at(base_url: &str) -> Self {
        let Ok(url) = Url::parse(base_url.trim()) else {
            return Self::Other;
        };
        match (url.host_str().unwrap_or_default(), url.port()) {
            ("api.openai.com", _) => Self::OpenAi,
            ("openrouter.ai", _) => Self::OpenRouter,
            (_, Some(11434)) if is_loopback(&url) => Self::Ollama,
            (_, Some(1234)) if is_loopback(&url) => Self::LmStudio,
            _ => Self::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_its_address_does_not_tell_is_not_guessed() {
        for (url, server) in [
            ("https://openrouter.ai/api/v1", ChatServer::OpenRouter),
            (" https://OpenRouter.ai/api/v1/ ", ChatServer::OpenRouter),
            ("https://api.openai.com/v1", ChatServer::OpenAi),
            ("http://127.0.0.1:11434/v1", ChatServer::Ollama),
            ("http://[::1]:11434", ChatServer::Ollama),
            ("http://localhost:1234/v1", ChatServer::LmStudio),
            ("http://10.0.0.7:11434/v1", ChatServer::Other),
            ("http://127.0.0.1:8080/v1", ChatServer::Other),
            ("http://127.0.0.1:8000/v1", ChatServer::Other),
            ("https://openrouter.ai.evil.example/v1", ChatServer::Other),
            ("https://evil.example/openrouter.ai", ChatServer::Other),
            ("no URL", ChatServer::Other),
            ("", ChatServer::Other),
        ] {
            assert_eq!(ChatServer::at(url), server, "{url}");
        }
    }
}

//! Telling a conversation that no longer fits the model from other faults, by what servers say.
//!
//! Few have a name for it. The words below are those of Anthropic, OpenAI, Google, xAI, Groq, Amazon, OpenRouter,
//! Ollama, llama.cpp, LM Studio, `vLLM` and `SGLang`, all in lower case.

const WORDS: [&str; 13] = [
    "prompt is too long",
    "exceed context limit",
    "context length",
    "context_length",
    "context window",
    "context size",
    "context the overflows",
    "context overflow",
    "exceeds the maximum number of tokens",
    "maximum prompt length",
    "maximum model length",
    "reduce the length of the messages",
    "input is too long for requested model",
];

/// Whether the message says that the conversation is longer than what the model can read.
pub(crate) fn is_told_by(message: &str) -> bool {
    let message = message.to_lowercase();
    WORDS.iter().any(|words| message.contains(words))
}

#[cfg(test)]
mod tests {
    use super::is_told_by;

    #[test]
    fn each_server_s_words_are_known() {
        for message in [
            "prompt is too long: 213462 tokens > 200000 maximum",
            "input length and `max_tokens` exceed context limit: 198000 + 21333 > 204658",
            "This model's maximum context length is 8192 tokens. However, your messages resulted in 8545 tokens.",
            "Your input exceeds the context window of this model. Please adjust your input and try again.",
            "The input token count (1196265) exceeds the maximum number of tokens allowed (1048575).",
            "This model's maximum prompt length is 131072 but the request contains 537812 tokens.",
            "Please reduce the length of the messages or completion.",
            "Input is too long for requested model.",
            "request (9412 tokens) exceeds the available context size (8192 tokens), try increasing it",
            "prompt too long; exceeded max context length by 12 tokens",
            "Trying to keep the first 111490 tokens when context the overflows.",
            "Context size has been exceeded",
            "The decoder prompt (length 5000) is longer than the maximum model length of 4096.",
            "The input (9000 tokens) is longer than the model's context length (8192 tokens).",
        ] {
            assert!(is_told_by(message), "{message}");
        }
    }

    #[test]
    fn other_limits_are_something_else() {
        for message in [
            "Request too large for gpt-5 on tokens per min (TPM): Limit 30000, Requested 41022.",
            "max_tokens: 100000 > 64000, which is the maximum allowed number of output tokens",
            "You exceeded your current quota, please check your plan and billing details.",
            "Request exceeds the maximum size",
            "",
        ] {
            assert!(!is_told_by(message), "{message}");
        }
    }
}

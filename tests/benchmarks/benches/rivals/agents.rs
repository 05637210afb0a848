//! The programs: how each is started and told where the server is, and how its call of its own reading tool looks.

use std::{
    env::{
        self,
        consts::{ARCH, OS},
    },
    path::{Path, PathBuf},
};

use atelier_benchmarks::Failure;
use serde_json::{Value as Json, json};

/// A program as data. In its texts `{url}` stands for the server.
pub(crate) struct Agent {
    pub(crate) name: &'static str,
    /// The folder of its package, whose `package.json` names its version; none for Atelier.
    pub(crate) package: Option<PathBuf>,
    pub(crate) program: PathBuf,
    pub(crate) arguments: Vec<String>,
    pub(crate) environment: Vec<(&'static str, &'static str)>,
    /// Files in its home.
    pub(crate) files: Vec<(&'static str, String)>,
    /// How the paths of its requests to the model begin, which tells the server its wire format.
    pub(crate) endpoint: &'static str,
    /// Its tool for reading, and the arguments for a file.
    pub(crate) tool: &'static str,
    pub(crate) read: fn(&Path) -> Json,
}

/// Atelier first, then the others.
pub(crate) fn all() -> Result<Vec<Agent>, Failure> {
    let variable = |name: &str| env::var_os(name).map(PathBuf::from);
    let packages = variable("ATELIER_RIVALS").ok_or("ATELIER_RIVALS is not set; use scripts/bench rivals")?;
    let node = variable("ATELIER_NODE").unwrap_or_else(|| "node".into());
    let system = if OS == "macos" { "darwin" } else { OS };
    let machine = if ARCH == "x86_64" { "x64" } else { "arm64" };
    let platform = |name: &str| packages.join(format!("{name}-{system}-{machine}"));
    let atelier = variable("ATELIER_BIN").unwrap_or_else(|| "atelier".into());
    Ok(vec![
        ours(atelier),
        claude_code(platform("@anthropic-ai/claude-code")),
        codex(platform("@openai/codex")),
        gemini_cli(packages.join("@google/gemini-cli"), node),
        opencode(platform("opencode")),
    ])
}

fn ours(program: PathBuf) -> Agent {
    Agent {
        name: "Atelier",
        package: None,
        program,
        arguments: words("run go"),
        environment: vec![("ANTHROPIC_API_KEY", "sk-benchmark"), ("ANTHROPIC_BASE_URL", "{url}")],
        files: Vec::new(),
        endpoint: "/v1/messages",
        tool: "read_file",
        read: |file| json!({ "path": file }),
    }
}

fn claude_code(package: PathBuf) -> Agent {
    Agent {
        name: "Claude Code",
        program: package.join("claude"),
        package: Some(package),
        arguments: words("-p go --model claude-sonnet-5"),
        environment: vec![
            ("ANTHROPIC_API_KEY", "sk-benchmark"),
            ("ANTHROPIC_BASE_URL", "{url}"),
            ("CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "1"),
            ("DISABLE_AUTOUPDATER", "1"),
            ("DISABLE_ERROR_REPORTING", "1"),
            ("DISABLE_TELEMETRY", "1"),
        ],
        files: Vec::new(),
        endpoint: "/v1/messages",
        tool: "Read",
        read: |file| json!({ "file_path": file }),
    }
}

/// It has no tool for reading but its shell, here without its sandbox, which would add to each command.
fn codex(package: PathBuf) -> Agent {
    let triple = format!("{ARCH}-{}", if OS == "macos" { "apple-darwin" } else { "unknown-linux-musl" });
    let config = r#"
        model = "gpt-5"
        model_provider = "fake"
        approval_policy = "never"
        sandbox_mode = "danger-full-access"
        check_for_update_on_startup = false
        analytics.enabled = false
        features = { apps = false, plugins = false }
        feedback.enabled = false
        otel = { exporter = "none", trace_exporter = "none", metrics_exporter = "none" }
        [model_providers.fake]
        name = "fake"
        base_url = "{url}/v1"
        env_key = "BENCHMARK_KEY"
        wire_api = "responses"
        supports_websockets = false
    "#;
    Agent {
        name: "Codex",
        program: package.join("vendor").join(triple).join("bin/codex"),
        package: Some(package),
        arguments: words("exec --skip-git-repo-check go"),
        environment: vec![("BENCHMARK_KEY", "sk-benchmark")],
        files: vec![(".codex/config.toml", config.to_owned())],
        endpoint: "/v1/responses",
        tool: "exec_command",
        read: |file| json!({ "cmd": format!("cat {}", file.display()) }),
    }
}

fn gemini_cli(package: PathBuf, node: PathBuf) -> Agent {
    let settings = json!({
        "general": {"enableAutoUpdate": false, "enableAutoUpdateNotification": false},
        "privacy": {"usageStatisticsEnabled": false},
        "security": {"auth": {"selectedType": "gemini-api-key"}},
        "telemetry": {"enabled": false},
    });
    let bundle = package.join("bundle/gemini.js").to_string_lossy().into_owned();
    Agent {
        name: "Gemini CLI",
        package: Some(package),
        program: node,
        arguments: [vec![bundle], words("-p go -m gemini-2.5-pro")].concat(),
        environment: vec![
            ("GEMINI_API_KEY", "benchmark"),
            ("GEMINI_CLI_TRUST_WORKSPACE", "true"),
            ("GOOGLE_GEMINI_BASE_URL", "{url}"),
        ],
        files: vec![(".gemini/settings.json", settings.to_string())],
        endpoint: "/v1beta/models/",
        tool: "read_file",
        read: |file| json!({ "file_path": file }),
    }
}

/// The title is given, or it would ask the model for one beside the first turn.
fn opencode(package: PathBuf) -> Agent {
    let config = json!({
        "autoupdate": false,
        "enabled_providers": ["anthropic"],
        "model": "anthropic/claude-sonnet-4-5",
        "provider": {"anthropic": {"options": {"apiKey": "sk-benchmark", "baseURL": "{url}/v1"}}},
        "share": "disabled",
    });
    Agent {
        name: "opencode",
        program: package.join("bin/opencode"),
        package: Some(package),
        arguments: words("run --title benchmark go"),
        environment: vec![
            ("OPENCODE_DISABLE_AUTOUPDATE", "1"),
            ("OPENCODE_DISABLE_DEFAULT_PLUGINS", "1"),
            ("OPENCODE_DISABLE_LSP_DOWNLOAD", "1"),
            ("OPENCODE_DISABLE_MODELS_FETCH", "1"),
            ("npm_config_offline", "true"),
        ],
        files: vec![(".config/opencode/opencode.json", config.to_string())],
        endpoint: "/v1/messages",
        tool: "read",
        read: |file| json!({ "filePath": file }),
    }
}

fn words(line: &str) -> Vec<String> {
    line.split(' ').map(str::to_owned).collect()
}

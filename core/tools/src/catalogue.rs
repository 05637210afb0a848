//! The table of tools: the one place that says which there are and what each takes.

mod table;

use atelier_protocol::Json;
use serde::{Deserialize, Serialize};
use serde_json::json;

use self::table::TOOLS;
use crate::{
    Mode, ToolFailure,
    params::{self, Param},
    plan::Plan,
    result_text,
    toolbox::State,
};

/// What a tool is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// Files and folders of the project.
    Filesystem,
    /// Version control.
    Git,
    /// Language servers.
    Lsp,
    /// Commands.
    Shell,
    /// Everything else, tools of MCP servers included.
    Custom,
}

impl Category {
    fn description(self) -> &'static str {
        match self {
            Self::Filesystem => "File operations",
            Self::Git => "Git version control",
            Self::Lsp => "Language server queries",
            Self::Shell => "Shell commands",
            Self::Custom => "Other tools",
        }
    }
}

/// A tool as a model is told about it.
#[derive(Debug, Clone, PartialEq)]
pub struct ToolSpec {
    /// Its name.
    pub name: String,
    /// What it is about.
    pub category: Category,
    /// What it does and when to use it. The first line stands alone.
    pub description: String,
    /// JSON Schema of the arguments, an object.
    pub input_schema: Json,
    /// The parameters in short: `path:string! limit:int`.
    pub params: String,
    /// Whether it only looks.
    pub read_only: bool,
}

/// One built-in tool.
pub(crate) struct Tool {
    pub(crate) name: &'static str,
    pub(crate) category: Category,
    description: &'static str,
    pub(crate) params: &'static [Param],
    pub(crate) modes: &'static [Mode],
    pub(crate) read_only: bool,
    pub(crate) prepare: fn(&State, Mode, Json) -> Result<Plan, ToolFailure>,
}

impl Tool {
    pub(crate) fn spec(&self) -> ToolSpec {
        ToolSpec::new(self.name, self.category, self.description, self.params, self.read_only)
    }
}

impl ToolSpec {
    /// A tool with these parameters.
    pub fn new(name: &str, category: Category, description: &str, params: &[Param], read_only: bool) -> Self {
        Self {
            name: name.to_owned(),
            category,
            description: description.to_owned(),
            input_schema: params::schema(params),
            params: params::short(params),
            read_only,
        }
    }
}

/// All tools, as the contract sorts them.
pub(crate) fn tools() -> impl Iterator<Item = &'static Tool> {
    TOOLS.iter()
}

/// The built-in tool of that name.
pub(crate) fn find(name: &str) -> Option<&'static Tool> {
    tools().find(|tool| tool.name == name)
}

/// Whether a tool of that name is built in, in whatever mode.
pub fn is_built_in(name: &str) -> bool {
    find(name).is_some()
}

/// The contract's table of categories, for a model that asked for a tool that does not exist. `offered` is what it may use.
/// The tools themselves stand in each request.
pub(crate) fn overview(offered: &[ToolSpec]) -> Result<String, ToolFailure> {
    let rows = Category::ALL.into_iter().filter_map(|category| {
        let count = offered.iter().filter(|tool| tool.category == category).count();
        (count > 0).then(|| json!({"name": category, "description": category.description(), "tool_count": count}))
    });
    result_text::encode(&json!({"categories": rows.collect::<Vec<_>>()}))
}

/// Our tools behind a name that other agents' definitions use; our own names stand for themselves.
///
/// `Glob` is `glob` too, although the contract maps it to `search_files` alone: that one does not find by name.
pub fn names_of(external: &str) -> Vec<&str> {
    match external {
        "Read" => vec!["read_file"],
        "Write" => vec!["write_file"],
        "Edit" => vec!["edit_file"],
        "MultiEdit" => vec!["multi_edit"],
        "Bash" => vec!["shell_exec"],
        "BashOutput" => vec!["shell_status"],
        "KillShell" => vec!["shell_end"],
        "Glob" => vec!["search_files", "glob"],
        "Grep" => vec!["search_files"],
        "LS" => vec!["list_directory"],
        "TodoWrite" => vec!["todo"],
        "WebFetch" => vec!["fetch_url"],
        own => vec![own],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_by_category_and_names_are_unique() {
        assert!(TOOLS.windows(2).all(|pair| pair[0].category <= pair[1].category));
        let names: std::collections::HashSet<_> = TOOLS.iter().map(|tool| tool.name).collect();
        assert_eq!(names.len(), TOOLS.len());
        for tool in TOOLS {
            let first = tool.description.lines().next().unwrap();
            assert!(first.len() <= 120, "{}", tool.name);
            assert!(!tool.modes.contains(&Mode::Plan) || tool.read_only || tool.name == "todo", "{}", tool.name);
        }
    }

    #[test]
    fn the_table_of_five_categories_takes_at_most_two_hundred_bytes() {
        let mut offered: Vec<_> = tools().map(Tool::spec).collect();
        let others = [Category::Lsp, Category::Custom].map(|category| ToolSpec { category, ..offered[0].clone() });
        offered.extend(others.into_iter().flat_map(|tool| std::iter::repeat_n(tool, 50)));
        let table = overview(&offered).unwrap();
        let rows = table.strip_prefix("format: toon\n").unwrap();
        assert!(
            rows.starts_with("categories[5]{name,description,tool_count}:\n  filesystem,File operations,"),
            "{rows}"
        );
        assert!(rows.len() <= 200, "{} bytes", rows.len());
    }

    #[test]
    fn other_agents_names_stand_for_tools_that_exist() {
        for external in
            ["Read", "Write", "Edit", "MultiEdit", "Glob", "Grep", "LS", "TodoWrite", "Bash", "BashOutput", "KillShell"]
        {
            for name in names_of(external) {
                assert!(TOOLS.iter().any(|tool| tool.name == name), "{name}");
            }
        }
        assert_eq!(names_of("copy_file"), ["copy_file"]);
    }
}

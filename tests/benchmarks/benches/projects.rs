//! Projects: saving, loading and listing through the façade, durable, against the same statements on rusqlite by hand.
//!
//! `scripts/bench projects`. Targets: save below 200 ms, load below 100 ms, a list of 1,000 below 50 ms. The last line is
//! what a cache of loaded projects could bring: a copy of one, against loading it.
#![expect(clippy::print_stdout, reason = "the result is printed")]

use std::time::{Duration, Instant};

use atelier_benchmarks::{Failure, Home, Pairs, PlainProjects};
use atelier_protocol::{CreateProjectRequest, FileToSave, MessageRole, MessageToSave, SaveProjectRequest};
use atelier_workbench::Workbench;

const WARM_UP: usize = 10;
const RUNS: usize = 100;
/// Messages in the project, and files.
const PARTS: usize = 200;
const PART_BYTES: usize = 4096;
const LISTED: usize = 1000;

fn main() -> Result<(), Failure> {
    // No one is asked anything.
    let home = Home::new("http://localhost:9")?;
    let workbench = home.open()?;
    let folder = tempfile::tempdir()?;
    let mut plain = PlainProjects::open(&folder.path().join("plain.db"))?;

    println!("                                     Atelier     rusqlite by hand");
    let mut number = 0;
    let save = pairs(|| {
        number += 1;
        let request = project(number);
        let rival = timed(|| plain.save(&request))?;
        Ok((timed(|| Ok(workbench.block_on(workbench.save_project(request))?))?, rival))
    })?;
    show("save, 200 messages and files of 4 KiB", &save);
    show("load it", &pairs(|| Ok((timed(|| loaded(&workbench))?, timed(|| plain.load("bench"))?)))?);

    let project = loaded(&workbench)?;
    let copy = pairs(|| Ok((timed(|| Ok(project.clone()))?, timed(|| loaded(&workbench))?)))?;

    fill(&workbench, &mut plain)?;
    let list = pairs(|| {
        let ours = timed(|| Ok(workbench.block_on(workbench.list_projects(None))?))?;
        Ok((ours, timed(|| plain.list())?))
    })?;
    show("list 1,000 projects", &list);
    println!("\n                                     a copy      Atelier, loading");
    show("what a cache could bring", &copy);
    workbench.block_on(workbench.close());
    Ok(())
}

fn loaded(workbench: &Workbench) -> Result<atelier_protocol::ProjectWithMessages, Failure> {
    Ok(workbench.block_on(workbench.load_project("bench".to_owned()))?)
}

/// A thousand projects in both databases.
fn fill(workbench: &Workbench, plain: &mut PlainProjects) -> Result<(), Failure> {
    for number in 1..LISTED {
        let name = format!("Project {number}");
        let request = CreateProjectRequest { name, project_type: "web".to_owned(), description: None };
        plain.create(&format!("proj-{number}"), &request)?;
        workbench.block_on(workbench.create_project(request))?;
    }
    Ok(())
}

fn project(number: usize) -> SaveProjectRequest {
    let text = |part: usize| format!("{number} {part} {}", "lorem ipsum ".repeat(400))[..PART_BYTES].to_owned();
    SaveProjectRequest {
        project_id: Some("bench".to_owned()),
        name: "Bench".to_owned(),
        project_type: "web".to_owned(),
        active_agents: "[]".to_owned(),
        messages: (0..PARTS)
            .map(|part| MessageToSave {
                id: Some(format!("message-{part}")),
                role: MessageRole::User,
                content: text(part),
            })
            .collect(),
        files: (0..PARTS)
            .map(|part| FileToSave { path: format!("src/{part}.rs"), content: text(part), language: "rust".to_owned() })
            .collect(),
        ..SaveProjectRequest::default()
    }
}

fn pairs(mut run: impl FnMut() -> Result<(Duration, Duration), Failure>) -> Result<Pairs, Failure> {
    let mut pairs = Pairs::default();
    for number in 0..WARM_UP + RUNS {
        let (ours, rival) = run()?;
        if number >= WARM_UP {
            pairs.add(ours, rival);
        }
    }
    Ok(pairs)
}

fn timed<T>(run: impl FnOnce() -> Result<T, Failure>) -> Result<Duration, Failure> {
    let began = Instant::now();
    let value = run()?;
    let took = began.elapsed();
    drop(value);
    Ok(took)
}

fn show(name: &str, pairs: &Pairs) {
    let millis = |time: Duration| time.as_secs_f64() * 1000.0;
    let (ours, rival, speed) = (millis(pairs.ours()), millis(pairs.rival()), pairs.relative_speed() * 100.0);
    println!("{name:<37}{ours:>6.2} ms   {rival:>6.2} ms ({speed:.0} % as fast)");
}

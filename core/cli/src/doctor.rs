//! `atelier doctor`: what is set up, where files are, what is missing and how to fix it.

use atelier_workbench::{Diagnostic, DiagnosticLevel, OpenOptions, diagnose, diagnose_project};

use crate::{
    arguments::DoctorArguments,
    failure::Failure,
    output::{self, push_json_line},
    printable::printable_line,
    work,
};

pub(crate) fn execute(arguments: &DoctorArguments) -> Result<(), Failure> {
    let options = OpenOptions::from_process();
    let mut findings = diagnose(&options);
    findings.extend(work::current_folder().iter().flat_map(|folder| diagnose_project(&options, folder)));
    let mut out = String::new();
    for finding in &findings {
        if arguments.json {
            push_json_line(&mut out, finding)?;
        } else {
            out.push_str(&lines_of(finding));
        }
    }
    output::write(&out)?;
    let problems = findings.iter().any(|finding| finding.level == DiagnosticLevel::Problem);
    if problems { Err(Failure::ProblemsFound) } else { Ok(()) }
}

fn lines_of(finding: &Diagnostic) -> String {
    let mark = match finding.level {
        DiagnosticLevel::Ok => "✓",
        DiagnosticLevel::Note => "•",
        DiagnosticLevel::Problem => "✗",
    };
    let remedy = finding.remedy.as_ref().map(|remedy| format!("  → {}\n", printable_line(remedy)));
    let (subject, found) = (printable_line(&finding.subject), printable_line(&finding.finding));
    format!("{mark} {subject}: {found}\n{}", remedy.unwrap_or_default())
}

//! What a wait before a request looks like.

use atelier_protocol::{EventBody, WaitReason};

/// The line that tells of a wait; `failure` is the sentence of the error just before it. None for other events.
pub(crate) fn wait_line(body: &EventBody, failure: Option<&str>) -> Option<String> {
    let EventBody::ModelWaiting { reason, attempt, attempts, wait_ms, .. } = body else { return None };
    let when = match wait_ms.div_ceil(1000) {
        0 => "now".to_owned(),
        seconds => format!("in {seconds} s"),
    };
    Some(match reason {
        WaitReason::Retry => {
            let happened = failure.map_or("The request failed", without_advice);
            format!("{happened}; trying again {when} (attempt {attempt} of {attempts})")
        }
        WaitReason::RateLimit => format!("More requests now would be refused; sending this one {when}"),
    })
}

/// What happened, without what to do about it: that is being done.
fn without_advice(sentence: &str) -> &str {
    sentence.rsplit_once(": ").map_or(sentence.trim_end_matches('.'), |(happened, _)| happened)
}

#[cfg(test)]
mod tests {
    use atelier_protocol::TurnId;

    use super::*;

    fn waiting(reason: WaitReason, wait_ms: u64) -> EventBody {
        EventBody::ModelWaiting { turn: TurnId(1), reason, attempt: 2, attempts: 4, wait_ms }
    }

    #[test]
    fn a_retry_says_what_happened_and_when_it_goes_on() {
        let line = |sentence: &str, wait_ms| wait_line(&waiting(WaitReason::Retry, wait_ms), Some(sentence)).unwrap();
        assert_eq!(
            line("Anthropic is overloaded: wait a little and send it again.", 1900),
            "Anthropic is overloaded; trying again in 2 s (attempt 2 of 4)"
        );
        assert_eq!(
            line("OpenAI limits how much may be asked (“tokens: 9”): wait 7 s and send it again.", 7000),
            "OpenAI limits how much may be asked (“tokens: 9”); trying again in 7 s (attempt 2 of 4)"
        );
        assert_eq!(line("It broke.", 0), "It broke; trying again now (attempt 2 of 4)");
    }

    #[test]
    fn a_wait_for_the_rate_limit_names_no_failure_and_other_events_are_no_waits() {
        let line = wait_line(&waiting(WaitReason::RateLimit, 2100), None).unwrap();
        assert_eq!(line, "More requests now would be refused; sending this one in 3 s");
        assert_eq!(wait_line(&EventBody::SessionRenamed { title: "x".into() }, None), None);
    }
}

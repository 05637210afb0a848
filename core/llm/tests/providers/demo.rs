//! The demo as a provider.

use std::time::Duration;

use atelier_llm::{Demo, ModelEvent, ModelMessage, Pace, Provider};
use atelier_protocol::{Role, StopReason};

use crate::{asking, rest_of, text_of};

#[tokio::test]
async fn the_demo_thinks_first_then_speaks_word_by_word_and_finishes() {
    let demo = Demo::new(Pace::NONE);
    assert_eq!(demo.name(), "demo");
    let (events, error) = rest_of(demo.stream(asking("Hi")).await.unwrap()).await;
    assert_eq!(error, None);
    assert_eq!(events.first(), Some(&ModelEvent::Started { model: "demo".into() }));
    assert_eq!(events.last(), Some(&ModelEvent::Finished { stop_reason: Some(StopReason::EndTurn) }));
    let at = |wanted: fn(&ModelEvent) -> bool| events.iter().position(wanted).unwrap();
    assert!(
        at(|event| matches!(event, ModelEvent::ThinkingDelta { .. }))
            < at(|event| matches!(event, ModelEvent::TextDelta { .. }))
    );
    let deltas = events.iter().filter(|event| matches!(event, ModelEvent::TextDelta { .. })).count();
    assert!(deltas > 50, "{deltas} deltas");
    let text = text_of(&events);
    assert!(text.contains("a script, not a model") && text.contains("ANTHROPIC_API_KEY"), "{text}");
}

#[tokio::test]
async fn a_second_prompt_goes_on_and_help_helps() {
    let demo = Demo::new(Pace::NONE);
    let mut request = asking("Hi");
    let (first, _) = rest_of(demo.stream(request.clone()).await.unwrap()).await;
    request.messages.push(ModelMessage::text(Role::Assistant, text_of(&first)));
    request.messages.push(ModelMessage::text(Role::User, "Fix my bug"));
    let (second, _) = rest_of(demo.stream(request).await.unwrap()).await;
    let (help, _) = rest_of(demo.stream(asking("help")).await.unwrap()).await;
    let texts = [text_of(&first), text_of(&second), text_of(&help)];
    assert!(texts[0] != texts[1] && texts[1] != texts[2] && texts[0] != texts[2]);
    assert!(texts[2].contains("atelier run"));
}

#[tokio::test(start_paused = true)]
async fn the_pace_is_kept_also_when_waits_are_given_up_and_taken_up_again() {
    let word = Duration::from_millis(100);
    let mut stream = Demo::new(Pace { start: word, word }).stream(asking("help")).await.unwrap();
    let began = tokio::time::Instant::now();
    let (mut events, mut given_up) = (Vec::new(), 0);
    loop {
        match tokio::time::timeout(Duration::from_millis(30), stream.next()).await {
            Ok(Some(event)) => events.push(event.unwrap()),
            Ok(None) => break,
            Err(_) => given_up += 1,
        }
    }
    let paced = events.iter().filter(|event| {
        matches!(event, ModelEvent::Started { .. } | ModelEvent::TextDelta { .. } | ModelEvent::ThinkingDelta { .. })
    });
    let paced = u32::try_from(paced.count()).unwrap();
    assert!(given_up >= paced, "each wait was given up at least once");
    let (least, most) = (word * paced, word * paced + Duration::from_millis(5) * paced);
    assert!((least..=most).contains(&began.elapsed()), "{:?} for {paced} words", began.elapsed());
}

//! The outbox of alerts: written with the mention, made into messages, taken by one worker, ended.

use std::time::Duration;

use presswatch::decide::{Composed, Delivery, MessageFate, NewMessage, ReceiverState, WaitingMessage, after_delivery};
use presswatch::model::MessageId;
use presswatch::store::{AlertQueue, AlertSpec, Store};

use super::{PageRead, announced, hours_later, mentions, note, now, on_each_engine, on_sqlite, text};

fn alert(name: &str, watches: &[&str]) -> AlertSpec {
    AlertSpec { name: name.into(), watches: watches.iter().map(|watch| (*watch).to_owned()).collect() }
}

/// Two articles that the watch "Quay" matches, of which the alert "desk" tells.
fn two_found(store: &Store) -> AlertQueue {
    let items = announced(store, &["a", "b"]);
    store.sync_alerts(&[alert("desk", &["Quay"]), alert("other", &[])], now()).unwrap();
    for (at, item) in items.iter().enumerate() {
        let (url, text) = (format!("https://kade.example/{at}"), text(1_000 * at, 60));
        PageRead { watches: &["Quay"], ..PageRead::new(*item, &url, "Title", &text) }.save(store);
    }
    queue(store)
}

fn queue(store: &Store) -> AlertQueue {
    store.alert_queue("desk", now()).unwrap().unwrap()
}

fn id(text: &str) -> MessageId {
    MessageId(text.into())
}

/// Makes one message of each waiting mention.
fn made(store: &Store) -> Vec<WaitingMessage> {
    let waiting = queue(store);
    let messages: Vec<NewMessage> =
        waiting.mentions.iter().map(|mention| NewMessage { mentions: vec![mention.id], sums_up: false }).collect();
    let ids: Vec<MessageId> = ["msg_a", "msg_b"].map(id).into();
    store.add_messages(waiting.id, &Composed { messages, ..Composed::default() }, &ids, now()).unwrap();
    queue(store).messages
}

#[test]
fn a_mention_waits_for_the_alerts_of_its_watch_and_a_late_one_for_none() {
    on_each_engine(|store| {
        assert_eq!(store.alert_queue("desk", now()).unwrap(), None);
        let waiting = two_found(store);
        assert_eq!(waiting.mentions.len(), 2);
        assert!(waiting.mentions.iter().all(|mention| mention.is_relevant && !mention.is_story_told));
        assert_eq!(waiting.mentions[0].queued_at, now());
        assert_eq!(store.alert_queue("other", now()).unwrap().unwrap().mentions, []);
        let article = mentions(store, &super::ever())[0].article;
        store.sync_alerts(&[alert("other", &["Quay"])], now()).unwrap();
        store.add_mentions(&[(article, vec![note("Quay", "word2")])], now()).unwrap();
        assert_eq!(store.alert_queue("other", now()).unwrap().unwrap().mentions, [], "found in the past");
        assert_eq!(queue(store).mentions, [], "the alert is no longer configured");
    });
}

#[test]
fn messages_are_made_once_and_in_order() {
    on_each_engine(|store| {
        let before = two_found(store);
        let messages = made(store);
        assert_eq!(messages.iter().map(|message| &message.id).collect::<Vec<_>>(), [&id("msg_a"), &id("msg_b")]);
        assert_eq!(queue(store).recent.len(), 2);
        // Another worker, who saw the same mentions waiting.
        let again = before.mentions.iter().map(|m| NewMessage { mentions: vec![m.id], sums_up: false }).collect();
        let composed = Composed { messages: again, ..Composed::default() };
        store.add_messages(before.id, &composed, &[id("msg_c"), id("msg_d")], now()).unwrap();
        assert_eq!(queue(store).messages, messages);
        let content = store.alert_message(&id("msg_a")).unwrap().unwrap();
        assert_eq!((content.alert.as_str(), content.mentions.len()), ("desk", 1));
        assert_eq!(
            (content.mentions[0].watch.as_str(), content.mentions[0].terms.as_slice()),
            ("Quay", &["word1".to_owned()][..])
        );
        assert_eq!(store.alert_message(&id("msg_x")).unwrap(), None);
    });
}

#[test]
fn one_worker_has_a_message_until_its_time_is_over() {
    on_each_engine(|store| {
        two_found(store);
        made(store);
        assert!(store.claim_message(&id("msg_a"), hours_later(1), now()).unwrap());
        assert!(!store.claim_message(&id("msg_a"), hours_later(2), now()).unwrap());
        assert!(store.claim_message(&id("msg_a"), hours_later(3), hours_later(1)).unwrap());
        store.release_message(&id("msg_a")).unwrap();
        assert_eq!(queue(store).messages.iter().find(|m| m.id == id("msg_a")).unwrap().tries, 1);
        assert!(store.claim_message(&id("msg_a"), hours_later(3), now()).unwrap());
        store.free_claims().unwrap();
        assert!(store.claim_message(&id("msg_a"), hours_later(3), now()).unwrap());
        assert!(!store.claim_message(&id("msg_x"), hours_later(3), now()).unwrap());
    });
}

#[test]
fn what_became_of_a_message_is_kept() {
    on_each_engine(|store| {
        let alert = two_found(store).id;
        let messages = made(store);
        store.claim_message(&messages[0].id, hours_later(1), now()).unwrap();
        let failed = Delivery::Failed { problem: "gone".into(), retry_after: Some(Duration::from_mins(90)) };
        let change = after_delivery(&messages[0], failed, &ReceiverState::default(), &messages, 0.0, now());
        store.end_delivery(alert, &change).unwrap();
        let health = |store: &Store| store.alert_health(now()).unwrap().remove(0);
        let told = health(store);
        assert_eq!((told.problem.as_deref(), told.waiting, told.failing_since), (Some("gone"), 2, Some(now())));
        let again = queue(store);
        assert_eq!(again.receiver, change.receiver);
        let first = again.messages.iter().find(|message| message.id == messages[0].id).unwrap();
        assert_eq!((first.tries, first.first_tried_at, first.claimed_until), (1, Some(now()), None));
        assert_eq!(MessageFate::Again(first.next_at), change.fate);
        let sent = after_delivery(first, Delivery::Delivered, &again.receiver, &[], 0.0, hours_later(2));
        store.end_delivery(alert, &sent).unwrap();
        let told = health(store);
        assert_eq!((told.problem, told.waiting, told.sent, told.last_sent_at), (None, 1, 1, Some(hours_later(2))));
        let given_up = presswatch::decide::DeliveryChange {
            fate: MessageFate::GivenUp,
            problem: Some("still gone".into()),
            message: messages[1].id.clone(),
            ..change
        };
        store.end_delivery(alert, &given_up).unwrap();
        assert_eq!((health(store).given_up, health(store).waiting), (1, 0));
        assert_eq!(store.alert_health(hours_later(1)).unwrap()[0].given_up, 0);
        // A story that was told is known as told.
        store.expire_messages(hours_later(1)).unwrap();
        assert!(store.alert_message(&messages[1].id).unwrap().is_none());
        assert!(store.alert_message(&messages[0].id).unwrap().is_some());
    });
}

#[test]
fn what_is_due_next_is_known() {
    // On a server, hosts are due, until the worker that has one gives it back: `workers`.
    on_sqlite(|store| {
        let run = super::configured(store);
        assert!(store.next_due(now()).unwrap().0, "channels that were never polled");
        for source in ["Kade", "Phare"] {
            super::poll(store, run, source, &super::answered(Ok(200)), &[], now());
        }
        let (is_due, next) = store.next_due(now()).unwrap();
        let next = next.unwrap();
        assert!(!is_due && next > now() && next < hours_later(24));
        assert!(store.next_due(next).unwrap().0);
        store.drop_run(store.begin_run("0", now()).unwrap()).unwrap();
        assert_eq!(store.last_runs(9).unwrap().len(), 1);
    });
}

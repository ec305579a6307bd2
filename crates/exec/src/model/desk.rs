use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;

use loom::future::block_on;
use loom::sync::mpsc;
use loom::thread;
use wavecrew_dag::NodeId;

use super::check;
use crate::desk::{Desk, Mail};

fn node(index: usize) -> NodeId {
    NodeId::from_index(index)
}

#[test]
fn mail_of_two_threads_is_collected_once_and_in_the_order_of_each() {
    check(|| {
        let desk = Arc::new(Desk::new(false));
        let threads = [1, 2].map(|worker| {
            let desk = Arc::clone(&desk);
            thread::spawn(move || {
                desk.progress(node(worker), "first".to_owned());
                desk.progress(node(worker), "second".to_owned());
            })
        });
        let mut progress = Vec::new();
        let mut collect = || {
            let Mail { progress: new, .. } = desk.collect();
            progress.extend(new);
        };
        collect();
        collect();
        for thread in threads {
            thread.join().expect("nothing panics");
        }
        collect();
        for worker in [1, 2] {
            let of_one = progress.iter().filter(|(of, _)| *of == node(worker));
            let of_one: Vec<&str> = of_one.map(|(_, message)| message.as_str()).collect();
            assert_eq!(of_one, ["first", "second"]);
        }
        assert!(!desk.has_mail());
    });
}

#[test]
fn what_is_not_collected_is_told_of() {
    check(|| {
        let desk = Arc::new(Desk::new(false));
        let worker = Arc::clone(&desk);
        let working = thread::spawn(move || worker.spend(node(0), None));
        let early = desk.collect().spent.len();
        working.join().expect("nothing panics");
        assert_eq!(desk.has_mail(), early == 0, "nobody would look for it");
        assert_eq!(early + desk.collect().spent.len(), 1);
    });
}

#[test]
fn a_step_is_known_and_recorded_when_its_worker_goes_on() {
    check(|| {
        let desk = Arc::new(Desk::new(true));
        let worker = Arc::clone(&desk);
        let (waits, is_waiting) = mpsc::channel();
        let working = thread::spawn(move || {
            let mut keeping = pin!(worker.keep(node(0), "answer", 42.into()));
            block_on(poll_fn(|cx| {
                let kept = keeping.as_mut().poll(cx);
                waits.send(()).expect("it is listened to");
                kept
            }));
            worker.recall(node(0), "answer")
        });
        is_waiting.recv().expect("it waits for its record");
        assert!(desk.has_mail());
        let [step] = <[_; 1]>::try_from(desk.collect().steps).expect("one step");
        assert_eq!((step.key.as_str(), step.value), ("answer", 42.into()));
        step.recorded.send(()).expect("its worker waits");
        assert_eq!(working.join().expect("nothing panics"), Some(42.into()));
    });
}

#[test]
fn steps_of_a_task_that_has_ended_are_forgotten_whoever_kept_them() {
    check(|| {
        let desk = Arc::new(Desk::new(false));
        let worker = Arc::clone(&desk);
        let working = thread::spawn(move || block_on(worker.keep(node(0), "answer", 42.into())));
        // Of another task, at the same time.
        desk.forget(node(1));
        working.join().expect("nothing panics");
        desk.forget(node(0));
        assert_eq!(desk.recall(node(0), "answer"), None);
    });
}

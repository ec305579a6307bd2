use loom::future::block_on;
use loom::thread;

use super::check;
use crate::control::Order;
use crate::{Control, ControlState};

#[test]
fn who_waits_for_orders_hears_of_each_once_and_in_order() {
    check(|| {
        let control = Control::new();
        let orders = control.clone();
        let ordering = thread::spawn(move || {
            orders.pause();
            orders.resume();
        });
        let mut heard = Vec::new();
        // As the driver does: it asks to be woken, looks, and only then waits.
        while heard.len() < 2 {
            let changed = control.changed();
            let new = control.orders_after(heard.len());
            if new.is_empty() {
                block_on(changed);
            }
            heard.extend(new);
        }
        assert_eq!(heard, [Order::Pause, Order::Resume]);
        ordering.join().expect("nothing panics");
    });
}

#[test]
fn orders_of_two_threads_are_both_heard() {
    check(|| {
        let control = Control::new();
        let threads = [Control::pause, Control::resume].map(|order| {
            let orders = control.clone();
            thread::spawn(move || order(&orders))
        });
        let mut heard = 0;
        while heard < 2 {
            let changed = control.changed();
            let new = control.orders_after(heard).len();
            if new == 0 {
                block_on(changed);
            }
            heard += new;
        }
        for thread in threads {
            thread.join().expect("nothing panics");
        }
        assert_eq!(control.orders_after(heard), []);
    });
}

#[test]
fn whoever_has_heard_of_a_cancel_sees_it_everywhere() {
    check(|| {
        let control = Control::new();
        let orders = control.clone();
        let ordering = thread::spawn(move || orders.cancel());
        block_on(control.draining());
        assert!(control.state() >= ControlState::Draining);
        block_on(control.cancelled());
        assert_eq!(control.state(), ControlState::Cancelled);
        ordering.join().expect("nothing panics");
        assert_eq!(control.orders_after(0), [Order::Cancel]);
    });
}

#[test]
fn what_is_ordered_shows_in_the_state_no_later_than_in_the_orders() {
    check(|| {
        let control = Control::new();
        let orders = control.clone();
        let ordering = thread::spawn(move || orders.cancel());
        if !control.orders_after(0).is_empty() {
            assert_eq!(control.state(), ControlState::Cancelled);
        }
        ordering.join().expect("nothing panics");
    });
}

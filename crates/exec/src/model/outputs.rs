use std::sync::Arc;

use loom::thread;
use wavecrew_dag::NodeId;

use super::check;
use crate::outputs::Outputs;
use crate::shelf::Shelf;

#[test]
fn what_is_on_a_shelf_is_whole_and_stays_where_it_is() {
    check(|| {
        let shelf = Arc::new(Shelf::new());
        let looker = Arc::clone(&shelf);
        let looking = thread::spawn(move || {
            let seen: Vec<Option<&String>> = (0..3).map(|place| looker.get(place)).collect();
            for (place, first) in seen.into_iter().enumerate() {
                if let Some(first) = first {
                    assert_eq!(*first, place.to_string());
                    let again = looker.get(place).expect("nothing is taken off");
                    assert!(std::ptr::eq(first, again));
                }
            }
        });
        for place in 0..3 {
            shelf.push(place.to_string());
        }
        looking.join().expect("nothing panics");
        let all = Arc::into_inner(shelf).expect("nobody else has it");
        assert!(all.into_iter().eq(["0", "1", "2"]));
    });
}

#[test]
fn places_of_a_shelf_lie_in_a_row() {
    // No other thread: this is the arithmetic of its rows.
    check(|| {
        let shelf = Shelf::new();
        let mut seen: Vec<&String> = Vec::new();
        for number in 0..100 {
            assert!(shelf.get(number).is_none());
            shelf.push(number.to_string());
            seen.push(shelf.get(number).expect("it was put there"));
        }
        assert_eq!(shelf.len(), 100);
        let expected: Vec<String> = (0..100).map(|number: i32| number.to_string()).collect();
        assert!(seen.into_iter().eq(&expected));
        assert!(shelf.into_iter().eq(expected));
    });
}

#[test]
fn a_task_is_seen_as_one_or_as_all_of_its_parts() {
    check(|| {
        let outputs = Arc::new(Outputs::new(1));
        let whole = NodeId::from_index(0);
        let looker = Arc::clone(&outputs);
        let looking = thread::spawn(move || {
            let nodes = looker.unfold(&[whole]).into_owned();
            let delivered: Vec<Option<&u32>> = nodes.iter().map(|&node| looker.get(node)).collect();
            match nodes.len() {
                1 => assert_eq!((nodes, delivered), (vec![whole], vec![None])),
                parts => {
                    assert_eq!(parts, 2);
                    assert!(delivered.iter().flatten().all(|&&output| output == 7));
                }
            }
        });
        for &part in outputs.split(whole, 2).iter() {
            outputs.set(part, 7);
        }
        looking.join().expect("nothing panics");
        assert_eq!(outputs.unfold(&[whole]).len(), 2);
    });
}

use sha2::{Digest, Sha256};
use wavecrew_dag::{Dag, NodeId};

use crate::PartNote;
use crate::hex::hex;

/// For each task a digest of what it and all that it depends on are: it changes if any of them
/// does, or if a dependency is added, removed or renamed.
#[derive(Debug)]
pub(crate) struct Lineages {
    fingerprints: Vec<String>,
    digests: Vec<[u8; 16]>,
}

impl Lineages {
    /// O(V + E log E), with one SHA-256 per task.
    pub(crate) fn new<T>(dag: &Dag<T>, fingerprint: impl Fn(&T) -> String) -> Self {
        let fingerprints: Vec<String> = dag
            .nodes()
            .map(|node| fingerprint(dag.payload(node)))
            .collect();
        let mut digests = vec![[0; 16]; dag.len()];
        for &node in dag.topological() {
            let mut hasher = Sha256::new();
            update(&mut hasher, fingerprints[node.index()].as_bytes());
            let mut dependencies = dag.predecessors(node).to_vec();
            dependencies.sort_by_key(|&dependency| dag.id(dependency));
            for dependency in dependencies {
                update(&mut hasher, dag.id(dependency).as_bytes());
                update(&mut hasher, &digests[dependency.index()]);
            }
            digests[node.index()].copy_from_slice(&hasher.finalize()[..16]);
        }
        Self {
            fingerprints,
            digests,
        }
    }

    pub(crate) fn fingerprint(&self, node: NodeId) -> &str {
        &self.fingerprints[node.index()]
    }

    /// Those of a part follow from those of the whole task and from what was noted about the part.
    pub(crate) fn of_part(fingerprint: &str, lineage: &str, part: &PartNote) -> (String, String) {
        let note = part.note.to_string();
        let digest = |whole: &str| {
            let mut hasher = Sha256::new();
            update(&mut hasher, whole.as_bytes());
            update(&mut hasher, part.id.as_bytes());
            update(&mut hasher, note.as_bytes());
            hex(&hasher.finalize()[..16])
        };
        (digest(fingerprint), digest(lineage))
    }

    /// In hexadecimal.
    pub(crate) fn of(&self, node: NodeId) -> String {
        hex(&self.digests[node.index()])
    }
}

/// The length goes first, so that no two sequences of parts are one sequence of bytes.
fn update(hasher: &mut Sha256, part: &[u8]) {
    hasher.update((part.len() as u64).to_le_bytes());
    hasher.update(part);
}

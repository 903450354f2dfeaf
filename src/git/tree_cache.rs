//! Trees that were read lately. The steps of a branch are compared one by one, and what one of them
//! led to is what the next one comes from.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use super::ObjectId;
use super::object::Tree;
use super::types::ById;

/// How many bytes of trees one generation holds.
const GENERATION: usize = 2 << 20;

/// Two generations of trees: what is asked for again comes into the younger one.
#[derive(Default)]
pub(super) struct TreeCache {
    generations: RefCell<Generations>,
}

#[derive(Default)]
struct Generations {
    young: HashMap<ObjectId, Rc<Tree>, ById>,
    old: HashMap<ObjectId, Rc<Tree>, ById>,
    bytes: usize,
}

impl TreeCache {
    pub(super) fn get(&self, id: &ObjectId) -> Option<Rc<Tree>> {
        let mut generations = self.generations.borrow_mut();
        if let Some(found) = generations.young.get(id) {
            return Some(Rc::clone(found));
        }
        let found = generations.old.remove(id)?;
        generations.keep(*id, Rc::clone(&found));
        Some(found)
    }

    pub(super) fn keep(&self, id: ObjectId, tree: Rc<Tree>) {
        self.generations.borrow_mut().keep(id, tree);
    }
}

impl Generations {
    fn keep(&mut self, id: ObjectId, tree: Rc<Tree>) {
        self.bytes += tree.size();
        if self.bytes > GENERATION {
            self.old = std::mem::take(&mut self.young);
            self.bytes = tree.size();
        }
        self.young.insert(id, tree);
    }
}

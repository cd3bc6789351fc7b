//! Where a search stays for ever: the components of its graph that nothing leads out of.

use super::reached::Graph;

/// The sets of states that lead to one another and nowhere else, each in the order of the search.
/// States that were not followed are none. (Tarjan, Depth-First Search and Linear Graph Algorithms,
/// 1972, with a stack of its own in place of calls.)
pub(super) fn final_components(graph: &Graph, followed: usize) -> Vec<Vec<usize>> {
    let mut search = Tarjan {
        graph,
        followed,
        order: vec![None; graph.len()],
        low: vec![0; graph.len()],
        open: vec![false; graph.len()],
        stack: Vec::new(),
        next: 0,
        found: Vec::new(),
    };
    (0..followed).for_each(|root| search.visit(root));
    let mut found = search.found;
    found.sort_unstable();
    found
}

struct Tarjan<'a> {
    graph: &'a Graph,
    followed: usize,
    order: Vec<Option<u32>>,
    low: Vec<u32>,
    open: Vec<bool>,
    stack: Vec<usize>,
    next: u32,
    found: Vec<Vec<usize>>,
}

impl Tarjan<'_> {
    fn visit(&mut self, root: usize) {
        if self.order[root].is_some() {
            return;
        }
        let mut path: Vec<(usize, Vec<usize>)> = vec![self.enter(root)];
        while let Some((number, ways)) = path.last_mut() {
            let number = *number;
            match ways.pop() {
                Some(way) if self.order[way].is_none() => path.push(self.enter(way)),
                Some(way) if self.open[way] => {
                    self.low[number] = self.low[number].min(self.order[way].unwrap_or(0));
                }
                Some(_) => {}
                None => {
                    path.pop();
                    if let Some((before, _)) = path.last() {
                        self.low[*before] = self.low[*before].min(self.low[number]);
                    }
                    if Some(self.low[number]) == self.order[number] {
                        self.close(number);
                    }
                }
            }
        }
    }

    fn enter(&mut self, number: usize) -> (usize, Vec<usize>) {
        self.order[number] = Some(self.next);
        self.low[number] = self.next;
        self.next += 1;
        self.open[number] = true;
        self.stack.push(number);
        (number, self.graph.after(number).collect())
    }

    fn close(&mut self, head: usize) {
        let start = self.stack.iter().rposition(|number| *number == head).unwrap_or(0);
        let mut members = self.stack.split_off(start);
        members.iter().for_each(|member| self.open[*member] = false);
        members.sort_unstable();
        let stays = |way: usize| members.binary_search(&way).is_ok();
        let is_final = members
            .iter()
            .all(|member| *member < self.followed && self.graph.after(*member).all(stays));
        if is_final {
            self.found.push(members);
        }
    }
}

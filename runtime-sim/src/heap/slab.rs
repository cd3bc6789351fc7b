//! Things by small ids that are used again once free.

/// A growing table with room for reuse. An id is only asked for while its thing lives.
#[derive(Clone, Debug)]
pub(crate) struct Slab<T> {
    cells: Vec<Option<T>>,
    free: Vec<u32>,
}

impl<T> Default for Slab<T> {
    fn default() -> Self {
        Self { cells: Vec::new(), free: Vec::new() }
    }
}

impl<T> Slab<T> {
    pub(crate) fn insert(&mut self, thing: T) -> u32 {
        match self.free.pop() {
            Some(id) => {
                self.cells[id as usize] = Some(thing);
                id
            }
            None => {
                self.cells.push(Some(thing));
                self.cells.len() as u32 - 1
            }
        }
    }

    pub(crate) fn find(&self, id: u32) -> Option<&T> {
        self.cells.get(id as usize)?.as_ref()
    }

    pub(crate) fn find_mut(&mut self, id: u32) -> Option<&mut T> {
        self.cells.get_mut(id as usize)?.as_mut()
    }

    /// The thing of a live id.
    pub(crate) fn get(&self, id: u32) -> &T {
        self.find(id).unwrap_or_else(|| unreachable!("id {id} outlived its object"))
    }

    /// The thing of a live id.
    pub(crate) fn get_mut(&mut self, id: u32) -> &mut T {
        self.find_mut(id).unwrap_or_else(|| unreachable!("id {id} outlived its object"))
    }

    pub(crate) fn live(&self) -> usize {
        self.cells.len() - self.free.len()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, &T)> {
        self.cells.iter().enumerate().filter_map(|(id, cell)| Some((id as u32, cell.as_ref()?)))
    }

    pub(crate) fn retain(&mut self, mut keep: impl FnMut(u32) -> bool) {
        for (id, cell) in self.cells.iter_mut().enumerate() {
            if cell.is_some() && !keep(id as u32) {
                *cell = None;
                self.free.push(id as u32);
            }
        }
    }
}

//! Zones that go to another tree.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Closed, HEAP, Zone, ZoneId, Zones};

impl Zones {
    /// Which zones can go along with nodes of which so many use each: those that all users leave, pools that go and
    /// fall back on them among these. One with an open scope stays, for its guard counts on it.
    pub(crate) fn deserted(&self, mut users: FxHashMap<ZoneId, usize>) -> FxHashSet<ZoneId> {
        let mut deserted = FxHashSet::default();
        let mut untried: Vec<ZoneId> = users.keys().copied().collect();
        while let Some(number) = untried.pop() {
            let zone = self.zone(number);
            if zone.scopes > 0 || users.get(&number) != Some(&zone.users) || !deserted.insert(number) {
                continue;
            }
            if let Some(outside) = zone.fallback.filter(|&outside| outside != HEAP) {
                *users.entry(outside).or_default() += 1;
                untried.push(outside);
            }
        }
        deserted
    }

    /// Moves zones to another tree, and says what they are called there. Their users are on the way, too. A pool that
    /// fell back on a zone that stays falls back on `base` from now on; what is left of zones that nobody uses any more
    /// is for the caller to drop.
    pub(crate) fn hand_over(
        &mut self,
        deserted: &FxHashSet<ZoneId>,
        to: &mut Self,
        base: ZoneId,
    ) -> (FxHashMap<ZoneId, ZoneId>, Vec<Closed>) {
        let mut names = FxHashMap::default();
        for &number in deserted {
            to.opened += 1;
            let zone = Zone { serial: to.opened, ..self.zones.remove(number as usize - 1) };
            names.insert(number, to.zones.insert(zone) as ZoneId + 1);
        }
        let mut closed = Vec::new();
        for &name in names.values() {
            let Some(outside) = to.zone(name).fallback else { continue };
            let fallback = names.get(&outside).copied();
            if fallback.is_none() {
                to.join(base);
                closed.extend(self.leave(outside));
            }
            to.zone_mut(name).fallback = Some(fallback.unwrap_or(base));
        }
        (names, closed)
    }
}

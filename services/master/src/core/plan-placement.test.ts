import { replicaCopies } from '@needlestack/needle-format';
import fc from 'fast-check';
import { MasterError } from './master-error.ts';
import { ANYWHERE, type PlacementCandidate, planPlacement } from './plan-placement.ts';

const placement = fc.record({
  otherDataCenters: fc.nat(2),
  otherRacks: fc.nat(2),
  sameRack: fc.nat(2),
});

const cluster = fc
  .array(fc.record({ dc: fc.nat(3), rack: fc.nat(3), freeSlots: fc.nat(3) }), { maxLength: 24 })
  .map((servers) =>
    servers.map(
      ({ dc, rack, freeSlots }, index): PlacementCandidate => ({
        id: `s${index}`,
        dataCenter: `dc${dc}`,
        rack: `r${rack}`,
        freeSlots,
      }),
    ),
  );

const randomOf = (seed: number) => {
  let state = seed >>> 0;
  const uint32 = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state;
  };
  return { uint32, fraction: () => uint32() / 2 ** 32 };
};

const distinct = (texts: readonly string[]): number => new Set(texts).size;
const rackOf = ({ dataCenter, rack }: PlacementCandidate): string => `${dataCenter}/${rack}`;

/** Whether any choice fulfils the placement, by what it means. */
const isPossible = (servers: readonly PlacementCandidate[], x: number, y: number, z: number): boolean => {
  const free = servers.filter(({ freeSlots }) => freeSlots > 0);
  const dataCenters = [...new Set(free.map(({ dataCenter }) => dataCenter))];
  return (
    dataCenters.length > x &&
    dataCenters.some((dataCenter) => {
      const inCenter = free.filter((server) => server.dataCenter === dataCenter);
      const racks = [...new Set(inCenter.map(({ rack }) => rack))];
      return racks.length > y && racks.some((rack) => inCenter.filter((server) => server.rack === rack).length > z);
    })
  );
};

test('copies lie on other data centers, racks and servers exactly as xyz says, whenever that is possible', () => {
  fc.assert(
    fc.property(cluster, placement, fc.nat(), (servers, wanted, seed) => {
      const { otherDataCenters: x, otherRacks: y, sameRack: z } = wanted;
      if (!isPossible(servers, x, y, z)) {
        expect(() => planPlacement(servers, wanted, ANYWHERE, randomOf(seed))).toThrow(MasterError);
        return;
      }
      const chosen = planPlacement(servers, wanted, ANYWHERE, randomOf(seed));
      const [main] = chosen;
      expect(chosen).toHaveLength(replicaCopies(wanted));
      expect(distinct(chosen.map(({ id }) => id))).toBe(chosen.length);
      expect(chosen.every(({ freeSlots }) => freeSlots > 0)).toBe(true);
      const inMainCenter = chosen.filter(({ dataCenter }) => dataCenter === main?.dataCenter);
      const inMainRack = inMainCenter.filter(({ rack }) => rack === main?.rack);
      expect(inMainRack).toHaveLength(z + 1);
      expect(distinct(inMainCenter.map(rackOf))).toBe(y + 1);
      expect(inMainCenter).toHaveLength(z + 1 + y);
      expect(distinct(chosen.map(({ dataCenter }) => dataCenter))).toBe(x + 1);
    }),
    { numRuns: 1_000 },
  );
});

test('a wish binds the first copy', () => {
  fc.assert(
    fc.property(cluster, fc.nat(), fc.nat(23), (servers, seed, index) => {
      const wished = servers[index];
      fc.pre(wished !== undefined && wished.freeSlots > 0);
      if (wished === undefined) return;
      const wish = { dataCenter: wished.dataCenter, rack: wished.rack, dataNode: wished.id };
      const none = { otherDataCenters: 0, otherRacks: 0, sameRack: 0 };
      expect(planPlacement(servers, none, wish, randomOf(seed))).toEqual([wished]);
    }),
  );
});

test('emptier servers are chosen more often', () => {
  const servers = [1, 9].map((freeSlots) => ({ id: String(freeSlots), dataCenter: 'd', rack: 'r', freeSlots }));
  const random = randomOf(42);
  const none = { otherDataCenters: 0, otherRacks: 0, sameRack: 0 };
  let emptier = 0;
  for (let round = 0; round < 1_000; round++) {
    if (planPlacement(servers, none, ANYWHERE, random)[0]?.freeSlots === 9) emptier += 1;
  }
  expect(emptier).toBeGreaterThan(850);
  expect(emptier).toBeLessThan(950);
});

test('a refusal says what was asked and what there is', () => {
  const servers = [{ id: 'a', dataCenter: 'd', rack: 'r', freeSlots: 2 }];
  const wanted = { otherDataCenters: 0, otherRacks: 0, sameRack: 1 };
  expect(() => planPlacement(servers, wanted, { ...ANYWHERE, rack: 'q' }, randomOf(1))).toThrow(
    'no place for 2 copies (other data centers 0, other racks 0, same rack 1) rack q: 1 servers with 2 free slots',
  );
});

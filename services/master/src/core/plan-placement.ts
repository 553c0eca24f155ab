import { type ReplicaPlacement, replicaCopies } from '@needlestack/needle-format';
import { MasterError } from './master-error.ts';
import type { Random } from './ports.ts';

/** What placing needs to know of a server. */
export interface PlacementCandidate {
  readonly id: string;
  readonly dataCenter: string;
  readonly rack: string;
  readonly freeSlots: number;
}

/** Empty texts mean anywhere. They bind the first copy and its rack, not the copies elsewhere. */
export interface PlacementWish {
  readonly dataCenter: string;
  readonly rack: string;
  readonly dataNode: string;
}

export const ANYWHERE: PlacementWish = { dataCenter: '', rack: '', dataNode: '' };

interface Rack<C> {
  readonly name: string;
  readonly servers: C[];
  freeSlots: number;
}

interface DataCenter<C> {
  readonly name: string;
  readonly racks: Rack<C>[];
  freeSlots: number;
}

const groupByPlace = <C extends PlacementCandidate>(candidates: readonly C[]): DataCenter<C>[] => {
  const dataCenters = new Map<string, DataCenter<C>>();
  for (const server of candidates) {
    if (server.freeSlots < 1) continue;
    let dataCenter = dataCenters.get(server.dataCenter);
    if (dataCenter === undefined) {
      dataCenter = { name: server.dataCenter, racks: [], freeSlots: 0 };
      dataCenters.set(server.dataCenter, dataCenter);
    }
    let rack = dataCenter.racks.find(({ name }) => name === server.rack);
    if (rack === undefined) {
      rack = { name: server.rack, servers: [], freeSlots: 0 };
      dataCenter.racks.push(rack);
    }
    rack.servers.push(server);
    rack.freeSlots += server.freeSlots;
    dataCenter.freeSlots += server.freeSlots;
  }
  return [...dataCenters.values()];
};

/** Draws without replacement, more often what has more free slots. */
const drawByFreeSlots = <T extends { readonly freeSlots: number }>(
  from: readonly T[],
  count: number,
  random: Random,
): T[] => {
  const left = [...from];
  const drawn: T[] = [];
  while (drawn.length < count && left.length > 0) {
    let point = random.fraction() * left.reduce((sum, item) => sum + item.freeSlots, 0);
    let index = left.findIndex((item) => {
      point -= item.freeSlots;
      return point < 0;
    });
    if (index < 0) index = left.length - 1;
    drawn.push(...left.splice(index, 1));
  }
  return drawn;
};

const describeWish = ({ dataCenter, rack, dataNode }: PlacementWish): string =>
  [
    dataCenter === '' ? '' : ` data center ${dataCenter}`,
    rack === '' ? '' : ` rack ${rack}`,
    dataNode === '' ? '' : ` server ${dataNode}`,
  ].join('');

/**
 * Chooses the servers of a new volume: one with its rack mates, then one in each further rack of its data center, then
 * one in each further data center. Every chosen server has a free slot, no two are the same. Places are drawn at random,
 * weighted by free slots, among those that can still fulfil the placement.
 * @throws MasterError `no-free-slot` when no choice fulfils it
 */
export const planPlacement = <C extends PlacementCandidate>(
  candidates: readonly C[],
  placement: ReplicaPlacement,
  wish: PlacementWish,
  random: Random,
): C[] => {
  const dataCenters = groupByPlace(candidates);
  const serversWanted = placement.sameRack + 1;
  const fitsServer = (server: C): boolean => wish.dataNode === '' || server.id === wish.dataNode;
  const canBeMainRack = (rack: Rack<C>): boolean =>
    (wish.rack === '' || rack.name === wish.rack) &&
    rack.servers.length >= serversWanted &&
    rack.servers.some(fitsServer);
  const canBeMainDataCenter = (dataCenter: DataCenter<C>): boolean =>
    (wish.dataCenter === '' || dataCenter.name === wish.dataCenter) &&
    dataCenter.racks.length > placement.otherRacks &&
    dataCenter.racks.some(canBeMainRack);

  const refuse = (): never => {
    const free = candidates.reduce((sum, { freeSlots }) => sum + Math.max(0, freeSlots), 0);
    throw new MasterError(
      'no-free-slot',
      `no place for ${replicaCopies(placement)} copies (other data centers ${placement.otherDataCenters}, other racks ` +
        `${placement.otherRacks}, same rack ${placement.sameRack})${describeWish(wish)}: ` +
        `${candidates.length} servers with ${free} free slots`,
    );
  };
  if (dataCenters.length <= placement.otherDataCenters) return refuse();
  const [mainDataCenter] = drawByFreeSlots(dataCenters.filter(canBeMainDataCenter), 1, random);
  const [mainRack] = drawByFreeSlots(mainDataCenter?.racks.filter(canBeMainRack) ?? [], 1, random);
  const [mainServer] = drawByFreeSlots(mainRack?.servers.filter(fitsServer) ?? [], 1, random);
  if (mainDataCenter === undefined || mainRack === undefined || mainServer === undefined) return refuse();

  const mates = mainRack.servers.filter((server) => server !== mainServer);
  const otherRacks = mainDataCenter.racks.filter((rack) => rack !== mainRack);
  const otherDataCenters = dataCenters.filter((dataCenter) => dataCenter !== mainDataCenter);
  const chosen = [
    mainServer,
    ...drawByFreeSlots(mates, placement.sameRack, random),
    ...drawByFreeSlots(otherRacks, placement.otherRacks, random).flatMap((rack) =>
      drawByFreeSlots(rack.servers, 1, random),
    ),
    ...drawByFreeSlots(otherDataCenters, placement.otherDataCenters, random).flatMap((dataCenter) =>
      drawByFreeSlots(
        dataCenter.racks.flatMap((rack) => rack.servers),
        1,
        random,
      ),
    ),
  ];
  return chosen.length === replicaCopies(placement) ? chosen : refuse();
};

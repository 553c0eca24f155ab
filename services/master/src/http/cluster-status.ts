import { formatMasterAddress, type Master } from '../core/master.ts';
import { jsonAnswer, type MasterRoute } from './http-answer.ts';

export const clusterStatus =
  (master: Master): MasterRoute =>
  () =>
    jsonAnswer({
      IsLeader: true,
      Leader: formatMasterAddress(master.address()),
      MaxVolumeId: master.sequence.volumeIdMax,
    });

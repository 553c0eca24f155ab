import { join } from 'node:path';
import { commonFlags } from '@needlestack/service-kit';
import {
  readAccessAgain,
  readVolumeOptions,
  startVolumeService,
  type VolumeService,
  volumeFlags,
} from '@needlestack/volume-service';
import { defineCommand } from '../command.ts';
import { renderDebugPage, startDebugServer, startProfiles } from '../profile-process.ts';
import { runService } from '../run-service.ts';

/** `needlestack volume`: one volume server as this process. */
export const volumeCommand = defineCommand({
  verb: 'volume',
  flags: { ...volumeFlags, ...commonFlags },
  run: async (values, environment) => {
    const options = readVolumeOptions(values, environment);
    const debugServer = values.debug ? await startDebugServer(values['debug.port']) : undefined;
    const endProfiles = await startProfiles({
      cpuPath: values.pprof ? '' : values.cpuprofile,
      heapPath: values.pprof ? '' : values.memprofile,
    });
    const reload = async (service: VolumeService) => service.reload(readAccessAgain(values, environment));
    const debugPages = values.pprof ? { debugPages: renderDebugPage } : undefined;
    let onHangUp: (() => void) | undefined;
    return runService({
      name: 'volume',
      verbosity: values.v,
      graceMs: values['shutdown.grace'] + (options.preStopMs ?? 0),
      ...(values.logdir === '' ? undefined : { logPath: join(values.logdir, 'volume.log') }),
      start: async (logger) => {
        const service = await startVolumeService({ ...options, ...debugPages, logger });
        onHangUp = () => {
          reload(service).then(
            () => logger.info('security settings read again'),
            (error: unknown) => logger.error({ err: error }, 'security settings stay as they were'),
          );
        };
        process.on('SIGHUP', onHangUp);
        return service;
      },
      disconnect: async () => {
        if (onHangUp !== undefined) process.off('SIGHUP', onHangUp);
        debugServer?.close();
        await endProfiles();
      },
    });
  },
});

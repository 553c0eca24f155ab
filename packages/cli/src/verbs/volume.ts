import { commonFlags } from '@needlestack/service-kit';
import { readVolumeOptions, startVolumeService, volumeFlags } from '@needlestack/volume-service';
import { defineCommand } from '../command.ts';
import { runService } from '../run-service.ts';

/** `needlestack volume`: one volume server as this process. */
export const volumeCommand = defineCommand({
  verb: 'volume',
  flags: { ...volumeFlags, ...commonFlags },
  run: async (values, environment) => {
    const options = readVolumeOptions(values, environment);
    return runService({
      name: 'volume',
      verbosity: values.v,
      graceMs: values['shutdown.grace'],
      start: (logger) => startVolumeService({ ...options, logger }),
    });
  },
});

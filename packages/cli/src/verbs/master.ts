import { masterFlags, readMasterOptions, startMasterService } from '@needlestack/master-service';
import { commonFlags } from '@needlestack/service-kit';
import { defineCommand } from '../command.ts';
import { toChannelSecurity } from '../compose/channel-security.ts';
import { runService } from '../run-service.ts';

/** `needlestack master`: one master as this process. */
export const masterCommand = defineCommand({
  verb: 'master',
  flags: { ...masterFlags, ...commonFlags },
  run: async (values) => {
    const options = readMasterOptions(values);
    return runService({
      name: 'master',
      verbosity: values.v,
      graceMs: values['shutdown.grace'],
      start: (logger) => startMasterService({ ...options, peerSecurity: toChannelSecurity(options.security), logger }),
    });
  },
});

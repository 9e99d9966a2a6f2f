import { type House, openHouse } from '@mach/server/boot.ts';
import { readOptions } from '@mach/server/options.ts';
import { readWords, UsageError } from './arguments.ts';
import { COMMANDS } from './commands.ts';
import { Output } from './output.ts';

/** `mach <command> …`: exit status 0 only on success, 2 for a mistake in the words. */
async function main(args: readonly string[]): Promise<number> {
  const command = COMMANDS.find((c) => c.words.every((word, i) => args[i] === word));
  if (!command) {
    process.stderr.write(
      `mach: ${args.join(' ') || 'no command'}\n\n${COMMANDS.map((c) => `  ${c.usage}\n      ${c.help}`).join('\n')}\n`,
    );
    return 2;
  }
  const words = readWords(args.slice(command.words.length), command.flags);
  const out = new Output(words.json);
  const options = { ...readOptions(process.env), ...(command.demo ? { demo: command.demo } : {}) };
  if (command.bare) return command.bare(options, words, out);
  let house: House | undefined;
  const close = async (): Promise<void> => {
    const open = house;
    house = undefined;
    await open?.stop();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => void close().finally(() => process.exit(130)));
  try {
    house = await openHouse(options, (line) => out.json || process.stderr.write(`${line}\n`), true);
    return await command.run({ house, words, out });
  } finally {
    await close();
  }
}

if (process.argv[2] === 'up') await import('@mach/server/main.ts');
else
  main(process.argv.slice(2)).then(
    (status) => process.exit(status),
    (error: unknown) => {
      const usage = error instanceof UsageError;
      process.stderr.write(`mach: ${error instanceof Error ? error.message : String(error)}\n`);
      if (!usage && error instanceof Error && error.cause) process.stderr.write(`  ${String(error.cause)}\n`);
      process.exit(usage ? 2 : 1);
    },
  );

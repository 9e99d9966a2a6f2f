import './lib/check-node.mjs';

// `npm run sbom [-- FILE]`: the bill of materials of what is installed, to standard output or a file.
const { fail } = await import('./lib/say.mjs');
try {
  const { install } = await import('./lib/install.mjs');
  await install();
  const { billOfMaterials } = await import('./lib/sbom.mjs');
  const text = `${JSON.stringify(billOfMaterials(), null, 2)}\n`;
  const file = process.argv[2];
  if (file === undefined) process.stdout.write(text);
  else (await import('node:fs')).writeFileSync(file, text);
} catch (error) {
  fail(error);
}

// Read by every Node that knows modules, so only plain, old syntax here: its one task is to refuse politely.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(
    '\n  Mạch cần Node.js 20.19 trở lên; máy này có ' +
      process.versions.node +
      '.\n  Mạch needs Node.js 20.19 or newer; this machine has ' +
      process.versions.node +
      '. Get it from nodejs.org or your distribution.\n\n',
  );
  process.exit(1);
}

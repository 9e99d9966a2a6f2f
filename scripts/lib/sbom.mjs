import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { licences } from '../check/licences.mjs';
import { readLock } from './lock.mjs';
import { ROOT } from './paths.mjs';

/** https://github.com/package-url/purl-spec: the scope's sign is encoded. */
const purlOf = ({ name, version }) => `pkg:npm/${name.replace(/^@/, '%40')}@${encodeURIComponent(version)}`;

/** A UUID that is the same for the same content (RFC 9562, version 8). */
function uuidOf(text) {
  const hex = createHash('sha256').update(text).digest('hex');
  const variant = ((Number.parseInt(hex[16], 16) & 3) | 8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function licenceEntry(licence) {
  if (licence === undefined) return {};
  return { licenses: [/ (OR|AND|WITH) /.test(licence) ? { expression: licence } : { license: { id: licence } }] };
}

/** The bill of materials of the lock file, CycloneDX 1.6. The same file gives the same bill, to the byte. */
export function billOfMaterials() {
  const locked = readLock();
  const licenceOf = licences(locked);
  const { name, version, license, description } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const root = `pkg:npm/${name}@${version}`;
  const sorted = [...locked.entries()].sort(([a], [b]) => (a < b ? -1 : 1));
  const needed = new Set(sorted.flatMap(([, one]) => one.needs));
  const components = sorted.map(([key, one]) => {
    const [group, short] = one.name.startsWith('@') ? one.name.split('/') : [undefined, one.name];
    return {
      type: 'library',
      'bom-ref': purlOf(one),
      ...(group ? { group } : {}),
      name: short,
      version: one.version,
      scope: one.optional ? 'optional' : 'required',
      hashes: [{ alg: 'SHA-512', content: Buffer.from(one.integrity.slice(7), 'base64').toString('hex') }],
      ...licenceEntry(licenceOf.get(key)),
      purl: purlOf(one),
    };
  });
  const refOf = (key) => purlOf(locked.get(key));
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${uuidOf(JSON.stringify(components))}`,
    version: 1,
    metadata: {
      component: {
        type: 'application',
        'bom-ref': root,
        name,
        version,
        description,
        licenses: [{ license: { id: license } }],
        purl: root,
      },
    },
    components,
    dependencies: [
      { ref: root, dependsOn: sorted.filter(([key]) => !needed.has(key)).map(([key]) => refOf(key)) },
      ...sorted.map(([key, one]) => ({ ref: refOf(key), dependsOn: one.needs.map(refOf).sort() })),
    ],
  };
}

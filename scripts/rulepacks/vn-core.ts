/**
 * Writes the profile pack of VN Core (the Ministry's guide, read from the published XML) in the project's own compact
 * form, and the rules that dress a resource for either national guide: `node scripts/rulepacks/vn-core.ts`.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isObject, type JsonObject } from '../../packages/fhir/json.ts';
import type { Profile } from '../../packages/fhir/profile/model.ts';
import { readProfile } from '../../packages/fhir/profile/read.ts';
import { fromXml } from '../../packages/fhir/xml-read.ts';
import { readText, sharedData, writeEdition } from './lib.ts';
import { dresses } from './vn-core-dress.ts';

const FOLDER = 'vn-core/resources';
const list = (value: unknown): JsonObject[] => (Array.isArray(value) ? value.filter(isObject) : []);

/** Displays of these systems are not ours to hand on; their codes are only references here. */
const CODES_ONLY = new Set(['http://snomed.info/sct', 'http://loinc.org']);

function published(): JsonObject[] {
  return readdirSync(join(sharedData, FOLDER))
    .filter((name) => name.endsWith('.xml'))
    .sort()
    .map((name) => {
      const read = fromXml(readText(`${FOLDER}/${name}`));
      if (!read.ok) throw new Error(`${name}: ${read.error.map((e) => e.text.en).join('; ')}`);
      return read.value;
    });
}

function profileOf(definition: JsonObject): Profile {
  const profile = readProfile(definition);
  if (!profile) throw new Error(`no profile: ${String(definition.url)}`);
  return profile;
}

/** A code system as `[code, display]` rows; without rows where the guide publishes a shell. */
function codeSystemOf(cs: JsonObject): JsonObject {
  const { url, version, name, content } = cs;
  const isOurs = !CODES_ONLY.has(String(url));
  const concepts = list(cs.concept).map((c) => [c.code, c.display]);
  return { url, version, name, content, ...(concepts.length > 0 && isOurs ? { concepts } : {}) };
}

function valueSetOf(vs: JsonObject): JsonObject {
  const compose = isObject(vs.compose) ? vs.compose : {};
  return {
    url: vs.url,
    version: vs.version,
    name: vs.name,
    include: list(compose.include).map(partOf),
    ...(list(compose.exclude).length > 0 ? { exclude: list(compose.exclude).map(partOf) } : {}),
  };
}

function partOf(part: JsonObject): JsonObject {
  const codes = list(part.concept).map((c) => c.code);
  const filters = list(part.filter).map((f) => [f.property, f.op, f.value]);
  return {
    ...(part.system === undefined ? {} : { system: part.system }),
    ...(codes.length > 0 ? { codes } : {}),
    ...(filters.length > 0 ? { filters } : {}),
    ...(Array.isArray(part.valueSet) ? { valueSets: part.valueSet } : {}),
  };
}

function namingOf(ns: JsonObject): JsonObject[] {
  return list(ns.uniqueId)
    .filter((u) => u.type === 'uri')
    .map((u) => ({ name: ns.name, uri: u.value }));
}

const MOH = 'http://fhir.ehealth.gov.vn/core/StructureDefinition';
const resources = published();
const of = (type: string): JsonObject[] => resources.filter((r) => r.resourceType === type);
const once = (rows: JsonObject[]): JsonObject[] => [...new Map(rows.map((r) => [String(r.url), r])).values()];

writeEdition({
  subject: 'vn-core',
  edition: '2025-10-23',
  validFrom: '2020-12-30',
  validTo: null,
  knownFrom: '2026-11-22',
  source: [
    {
      document: 'VN Core 1.0.0 (bản dựng CI), Cục Công nghệ thông tin – Bộ Y tế, hl7vn/vn-core-ig commit 8e6b6e0',
      article: 'bản nháp để lấy ý kiến, chưa ban hành chính thức; siêu dữ liệu theo CC0-1.0',
      certainty: 'H',
    },
    {
      document: 'VN Core 0.6.0 (cộng đồng, Omi HealthTech), http://fhir.hl7.org.vn/core',
      article: 'chỉ URI của định danh và phần mở rộng, trong các rule của data.dresses',
      certainty: 'M',
    },
  ],
  data: {
    profiles: of('StructureDefinition').map(profileOf),
    repairs: [
      {
        from: '2020-12-30',
        to: null,
        profile: `${MOH}/extension-race`,
        element: 'Extension',
        drop: ['isModifier'],
        why: 'Hồ sơ Patient dùng phần mở rộng này trong extension, không phải modifierExtension; dân tộc không đổi nghĩa hồ sơ',
      },
      {
        from: '2020-12-30',
        to: null,
        profile: `${MOH}/extension-education-level`,
        element: 'Extension',
        drop: ['isModifier'],
        why: 'Hồ sơ Patient dùng phần mở rộng này trong extension; trình độ học vấn không đổi nghĩa hồ sơ',
      },
    ],
    codeSystems: once(of('CodeSystem').map(codeSystemOf)),
    valueSets: once(of('ValueSet').map(valueSetOf)),
    namingSystems: of('NamingSystem').flatMap(namingOf),
    dresses,
  },
});

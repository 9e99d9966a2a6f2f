import { choiceKey, type ElementDef, typeDef } from '@mach/fhir/definitions.ts';
import { searchParams } from '@mach/fhir/search-definitions.ts';
import { RESOURCE_TYPES } from '@mach/store';
import {
  GraphQLBoolean,
  GraphQLDirective,
  type GraphQLFieldConfig,
  type GraphQLFieldConfigMap,
  GraphQLInt,
  GraphQLInterfaceType,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  type GraphQLOutputType,
  GraphQLScalarType,
  GraphQLSchema,
  GraphQLString,
  Kind,
  specifiedDirectives,
} from 'graphql';
import type { ReadDocument } from './document.ts';
import { filterList, type Loader } from './loader.ts';

type Source = Record<string, unknown>;
type Field = GraphQLFieldConfig<Source, Loader>;
type Fields = GraphQLFieldConfigMap<Source, Loader>;

/** A value of a search: text, a number, a word as it stands. */
const SearchValue = new GraphQLScalarType<string>({
  name: 'SearchValue',
  parseValue: String,
  parseLiteral: (node) => {
    if (node.kind === Kind.STRING || node.kind === Kind.INT || node.kind === Kind.FLOAT || node.kind === Kind.ENUM)
      return node.value;
    if (node.kind === Kind.BOOLEAN) return String(node.value);
    throw new TypeError('a search value is text, a number or a word');
  },
});
/** A number as it was written, whatever its precision. */
const Decimal = new GraphQLScalarType({ name: 'decimal', serialize: (value) => value });
const VALUES = { type: new GraphQLList(new GraphQLNonNull(SearchValue)) };

/** FHIR's own directives: they shape the answer after it was made. */
export const SHAPES = ['flatten', 'first', 'singleton'].map(
  (name) => new GraphQLDirective({ name, locations: ['FIELD'] as never }),
);

/** Fields that every resource has. */
const COMMON = new Set(['resourceType', 'id', 'meta', 'implicitRules', 'language']);

/**
 * The part of R4's schema that a query speaks of: types come from the definitions when they are met, with the fields
 * that the query names, so that no schema of 150 types and 8,000 fields is kept. `root`: the type of the one resource
 * that is asked; null for the whole server. `tenant`: whose search
 * parameters are offered. `whole`: every field of every type, for tools that ask for the schema itself.
 */
export function schemaFor(read: ReadDocument, root: string | null, tenant: number, whole = false): GraphQLSchema {
  return new SchemaMaker(read, root, tenant, whole).make();
}

class SchemaMaker {
  private readonly read: ReadDocument;
  private readonly root: string | null;
  private readonly whole: boolean;
  private readonly tenant: number;
  private readonly objects = new Map<string, GraphQLObjectType<Source, Loader>>();
  /** Resource types whose own fields the query may name. */
  private readonly spoken: ReadonlySet<string>;
  private readonly resource: GraphQLInterfaceType;

  constructor(read: ReadDocument, root: string | null, tenant: number, whole: boolean) {
    this.tenant = tenant;
    this.read = read;
    this.root = root;
    this.whole = whole;
    this.spoken = new Set([
      ...[...read.names].map((name) => name.replace(/(List|Connection)$/, '')),
      ...read.types,
      ...(root === null ? [] : [root]),
    ]);
    this.resource = new GraphQLInterfaceType({
      name: 'Resource',
      fields: () => this.fields('Resource'),
      resolveType: (value: Source) => String(value.resourceType),
    });
  }

  private named(name: string): boolean {
    return this.whole || this.read.names.has(name);
  }

  make(): GraphQLSchema {
    const query = this.root === null ? this.server() : this.object(this.root);
    const reaches = this.whole || ['resource', 'contained'].some((name) => this.read.names.has(name));
    return new GraphQLSchema({
      query,
      types: reaches ? RESOURCE_TYPES.map((type) => this.object(type)) : [],
      directives: [...specifiedDirectives, ...SHAPES],
    });
  }

  private server(): GraphQLObjectType<Source, Loader> {
    return new GraphQLObjectType<Source, Loader>({
      name: 'Query',
      fields: () => {
        const fields: Fields = {};
        for (const type of RESOURCE_TYPES) {
          if (this.named(type))
            fields[type] = {
              type: this.object(type),
              args: { id: { type: new GraphQLNonNull(GraphQLString) } },
              resolve: (_source, { id }, loader) => loader.read(type, String(id)),
            };
          this.searches(type, fields, false);
        }
        // A type without a field is none: what the query names is then told to be unknown.
        if (Object.keys(fields).length === 0) fields._ = { type: GraphQLBoolean };
        return fields;
      },
    });
  }

  /** `PatientList`, `PatientConnection`; within a resource with `_reference`, the parameter that leads back to it. */
  private searches(type: string, fields: Fields, within: boolean): void {
    if (!this.named(`${type}List`) && !this.named(`${type}Connection`)) return;
    const args = (): Field['args'] => ({
      ...Object.fromEntries(
        [...searchParams(type, this.tenant).keys()].map((code) => [code.replaceAll('-', '_'), VALUES]),
      ),
      ...Object.fromEntries(['_count', '_sort', '_has', '_list', '_text', '_content'].map((name) => [name, VALUES])),
      ...(within ? { _reference: { type: new GraphQLNonNull(SearchValue) } } : {}),
    });
    if (this.named(`${type}List`))
      fields[`${type}List`] = {
        type: new GraphQLList(this.object(type)),
        args: args() ?? {},
        resolve: async (source, given, loader) => (await loader.search(type, given, within ? source : null)).matches,
      };
    if (this.named(`${type}Connection`))
      fields[`${type}Connection`] = {
        type: this.connection(type),
        args: { ...args(), _cursor: { type: GraphQLString } },
        resolve: (source, given, loader) => loader.connection(type, given, within ? source : null),
      };
  }

  /** In the schema as a whole: only the lists that can lead back to a resource, and of their arguments the one that says how. */
  private backwards(name: string, fields: Fields): void {
    for (const type of RESOURCE_TYPES) {
      const leads = [...searchParams(type).values()].some((p) => p.type === 'reference' && p.target.includes(name));
      if (!leads) continue;
      const args = { _reference: { type: new GraphQLNonNull(SearchValue) } };
      fields[`${type}List`] = { type: new GraphQLList(this.object(type)), args };
    }
  }

  private connection(type: string): GraphQLObjectType<Source, Loader> {
    return this.once(`${type}Connection`, () => ({
      count: { type: GraphQLInt },
      offset: { type: GraphQLInt },
      pageSize: { type: GraphQLInt },
      first: { type: GraphQLString },
      previous: { type: GraphQLString },
      next: { type: GraphQLString },
      last: { type: GraphQLString },
      edges: {
        type: new GraphQLList(
          this.once(`${type}Edge`, () => ({
            mode: { type: GraphQLString },
            score: { type: Decimal },
            resource: { type: this.object(type) },
          })),
        ),
      },
    }));
  }

  private once(name: string, fields: () => Fields): GraphQLObjectType<Source, Loader> {
    const known = this.objects.get(name);
    if (known) return known;
    const made = new GraphQLObjectType<Source, Loader>({ name, fields });
    this.objects.set(name, made);
    return made;
  }

  /** The type of a resource, data type or backbone element (`Patient.contact`: `Patient_contact`). */
  private object(name: string): GraphQLObjectType<Source, Loader> {
    const known = this.objects.get(name);
    if (known) return known;
    const isResource = RESOURCE_TYPES.includes(name);
    const made = new GraphQLObjectType<Source, Loader>({
      name: name.replaceAll('.', '_'),
      interfaces: isResource ? [this.resource] : [],
      fields: () => this.fields(name),
    });
    this.objects.set(name, made);
    return made;
  }

  private fields(name: string): Fields {
    const isResource = name === 'Resource' || RESOURCE_TYPES.includes(name);
    const isShort = isResource && !this.whole && !this.spoken.has(name);
    const fields: Fields = {};
    if (isResource) fields.resourceType = { type: GraphQLString };
    for (const element of typeDef(name)?.elements ?? []) {
      if (isShort && !COMMON.has(element.name)) continue;
      for (const [key, type] of keysOf(element)) {
        if (this.named(key)) fields[key] = this.field(element, type);
        if (this.named(`_${key}`) && typeDef(type)?.kind === 'primitive')
          fields[`_${key}`] = { type: listed(element, this.object('Element')) };
      }
    }
    if (name === 'Reference' && this.named('resource'))
      fields.resource = {
        type: this.resource,
        args: { optional: { type: GraphQLBoolean }, type: { type: GraphQLString } },
        resolve: (source, given, loader) => loader.follow(source, given),
      };
    if (isResource && name !== 'Resource' && !isShort)
      if (this.whole) this.backwards(name, fields);
      else for (const type of RESOURCE_TYPES) this.searches(type, fields, true);
    if (Object.keys(fields).length === 0) fields.id = { type: GraphQLString };
    return fields;
  }

  private field(element: ElementDef, type: string): Field {
    const output = this.output(type);
    if (element.max <= 1) return { type: output };
    const parts = (typeDef(type)?.elements ?? []).flatMap((part) =>
      keysOf(part).filter(([key, code]) => this.named(key) && typeDef(code)?.kind === 'primitive'),
    );
    return {
      type: new GraphQLList(output),
      args: {
        ...Object.fromEntries(parts.map(([key]) => [key, { type: SearchValue }])),
        fhirpath: { type: GraphQLString },
        _offset: { type: GraphQLInt },
        _count: { type: GraphQLInt },
      },
      resolve: (source, given, _loader, info) => filterList(source[info.fieldName], type, given),
    };
  }

  private output(type: string): GraphQLOutputType {
    if (type === 'Resource') return this.resource;
    switch (type) {
      case 'boolean':
        return GraphQLBoolean;
      case 'integer':
      case 'positiveInt':
      case 'unsignedInt':
        return GraphQLInt;
      case 'decimal':
        return Decimal;
    }
    return typeDef(type)?.kind === 'primitive' ? GraphQLString : this.object(type);
  }
}

const listed = (element: ElementDef, type: GraphQLOutputType): GraphQLOutputType =>
  element.max > 1 ? new GraphQLList(type) : type;

/** The JSON names of an element with their types: one, or one a choice. */
function keysOf(element: ElementDef): [key: string, type: string][] {
  return element.types.map(({ code }) => [element.isChoice ? choiceKey(element.name, code) : element.name, code]);
}

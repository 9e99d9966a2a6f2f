import { typeNumber } from '../types.ts';
import { toJsonPath } from './path.ts';

const literal = (value: string): string => `'${value.replaceAll("'", "''")}'`;

/**
 * What views read of the records of one type: each path once, whichever view and however many of them ask for it, so that
 * a record is parsed once for all views that are filled together.
 */
class Stage {
  readonly type: string;
  private readonly columns = new Map<string, string>();

  constructor(type: string) {
    this.type = type;
  }

  private column(sql: string): string {
    const known = this.columns.get(sql) ?? `p${this.columns.size}`;
    this.columns.set(sql, known);
    return known;
  }

  /** The column of the first scalar that the path meets, as text. */
  value(path: string): string {
    return this.column(`(jsonb_path_query_first(c, ${literal(toJsonPath(path))}) #>> '{}')`);
  }

  /** The column of all that the path meets, as a JSON array. */
  values(path: string): string {
    return this.column(`jsonb_path_query_array(c, ${literal(toJsonPath(path))})`);
  }

  /** `offset 0`: the text is parsed once a record, not once for each column. */
  sql(): string {
    const columns = [...this.columns].map(([sql, name]) => `, ${sql} as ${name}`);
    return `select id${columns.join('')} from (select id, content::jsonb as c from public.record
      where tenant = mach_tenant() and type = ${typeNumber(this.type)} and not deleted offset 0) r`;
  }
}

/** The stages that a select over views is made of. `place`: the table, or the name of the CTE, of a type. */
export class Stages {
  private readonly stages = new Map<string, Stage>();
  readonly place: (type: string) => string;

  constructor(place: (type: string) => string = (type) => `s_${typeNumber(type)}`) {
    this.place = place;
  }

  of(type: string): Stage {
    const known = this.stages.get(type) ?? new Stage(type);
    this.stages.set(type, known);
    return known;
  }

  all(): Stage[] {
    return [...this.stages.values()];
  }
}

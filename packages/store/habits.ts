interface Habit {
  /** How often the first question was asked. */
  times: number;
  /** How often another one followed it. */
  next: Map<string, number>;
}

/** Older deeds count half from here on. */
const MEMORY = 64;

/**
 * What deeds of one kind ask about one record, one question after the other: the notes of a visit, then its orders, then
 * its charges. Learned as they work, so that the next one is given the answers with its first question: each question
 * alone is a journey to the database and back. It changes when something is read, never what.
 */
export class Habits {
  private readonly known = new Map<string, Habit>();

  /** A search parameter is asked first about a record. @returns those that mostly follow it, with no lock between */
  begin(first: string): string[] {
    const habit = this.known.get(first) ?? { times: 0, next: new Map() };
    this.known.set(first, habit);
    if (++habit.times > MEMORY) {
      habit.times /= 2;
      for (const [next, times] of habit.next) habit.next.set(next, times / 2);
    }
    return [...habit.next].filter(([, times]) => times * 2 >= habit.times).map(([next]) => next);
  }

  /** Another one followed, in the same deed and about the same record. */
  follow(first: string, next: string): void {
    const habit = this.known.get(first);
    habit?.next.set(next, (habit.next.get(next) ?? 0) + 1);
  }
}

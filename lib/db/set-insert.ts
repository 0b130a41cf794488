/** One column of a set-based insert: how its values are sent, and what is stored of them. */
export interface InsertColumn<Row> {
  readonly name: string;
  /** The Postgres type of one value as it is sent. */
  readonly type: string;
  /** SQL over the column's name, where what is stored is not what is sent. */
  readonly stored?: string;
  readonly value: (row: Row) => unknown;
}

export interface SetInsert<Row> {
  readonly text: string;
  /** The parameters for these rows: one array a column. */
  readonly values: (rows: readonly Row[]) => unknown[][];
}

/**
 * An insert of any number of rows in one statement with one parameter a column, in the order of the
 * rows.
 * @param tail clauses after the SELECT, for example `ON CONFLICT DO NOTHING`
 */
export function setInsert<Row>(
  table: string,
  columns: readonly InsertColumn<Row>[],
  tail = '',
): SetInsert<Row> {
  const names = columns.map(({ name }) => name).join(', ');
  const stored = columns.map((column) => column.stored ?? column.name).join(', ');
  const parameters = columns.map(({ type }, index) => `$${index + 1}::${type}[]`).join(', ');
  return {
    text: `
      INSERT INTO ${table} (${names})
      SELECT ${stored}
      FROM unnest(${parameters}) WITH ORDINALITY AS sent (${names}, position)
      ORDER BY position
      ${tail}`,
    values: (rows) => columns.map(({ value }) => rows.map(value)),
  };
}

# A table of what each client did: lines are client, case and result, separated by tabs.
BEGIN {
  width = split("speech,stream,wrong token,wrong voice,no such model,only symbols,rate limit,failing service,abort", columns, ",")
  columns[0] = "client"
}
{
  if (!($1 in clients)) { clients[$1]; rows[++height] = $1 }
  cell[$1, $2] = $3
}
END {
  for (c = 0; c <= width; c++) {
    wide[c] = length(columns[c])
    for (r = 1; r <= height; r++) if (length(at(r, c)) > wide[c]) wide[c] = length(at(r, c))
  }
  for (r = 0; r <= height; r++) {
    line = "|"
    rule = "|"
    for (c = 0; c <= width; c++) {
      line = line sprintf(" %-" wide[c] "s |", r ? at(r, c) : columns[c])
      dashes = sprintf("%" wide[c] "s", "")
      gsub(/ /, "-", dashes)
      rule = rule " " dashes " |"
    }
    print line
    if (r == 0) print rule
  }
}
function at(r, c) { return c ? (((rows[r], columns[c]) in cell) ? cell[rows[r], columns[c]] : "-") : rows[r] }

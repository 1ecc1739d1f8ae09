#include "core/detect/reference_sql.h"

#include <string>

namespace trocar {
namespace {

// opener: the system processes that open every new one. maker: who made a process and said so. Flags: 524288 Linux, 1048576
// through process creation, 2097152 and 2 by a bare or direct system call (core/detect/creation.h).
constexpr std::string_view kMaker = R"sql(opener AS (
  SELECT process, SUBSTR(LOWER(image), 2) IN (
      ':\windows\system32\csrss.exe', ':\windows\system32\services.exe', ':\windows\system32\svchost.exe',
      ':\windows\system32\conhost.exe', ':\windows\system32\lsass.exe', ':\windows\system32\wininit.exe',
      ':\windows\system32\smss.exe') AS of_every_process
  FROM v_process),
taken AS (
  SELECT s.target_process, s.source_process, s.time_ns,
         CASE WHEN s.flags & 1048576 <> 0 THEN 0 WHEN s.flags & 2 <> 0 THEN 1 ELSE 2 END AS rank
  FROM v_chain_evidence s JOIN v_process v ON v.process = s.target_process JOIN opener o ON o.process = s.source_process
  WHERE s.role = 'access' AND s.value & 0x1fffff = 0x1fffff AND s.flags & 524288 = 0 AND v.start_inferred = 0
    AND s.time_ns BETWEEN v.start_ns - 500000000 AND v.start_ns + 500000000
    AND (s.flags & 1048576 <> 0 OR (s.flags & 2097154 <> 0 AND NOT o.of_every_process))),
create_handle AS (
  SELECT t.* FROM taken t
  WHERE t.rank = (SELECT MIN(rank) FROM taken x WHERE x.target_process = t.target_process)),
-- Who made a process and said so: the parent, unless only others hold a create handle; with no parent the first of them.
maker AS (
  SELECT v.process AS child, CASE
      WHEN v.parent IS NULL THEN (
        SELECT c.source_process FROM create_handle c WHERE c.target_process = v.process
        ORDER BY c.time_ns, c.source_process LIMIT 1)
      WHEN NOT EXISTS (SELECT 1 FROM create_handle c WHERE c.target_process = v.process) THEN v.parent
      WHEN EXISTS (
        SELECT 1 FROM create_handle c WHERE c.target_process = v.process AND c.source_process = v.parent) THEN v.parent
    END AS process
  FROM v_process v),
)sql";

// core/detect/README.md: ties count as in order; 100 ms of skew from a handle into the anchor at cost 0, none from a step
// on memory; a target-only signal joins every pair. Two steps make a path, so that span and gap are the same.
// Flags (core/model/signal.h): 524288 Linux, 2147483648 macOS, 16777216 a call that failed.
constexpr std::string_view kAccessLedLeads = R"sql(
WITH
parameter AS (
  SELECT COALESCE(:access_mask, 0x28) AS mask, COALESCE(:mask_all, 1) AS mask_all,
         COALESCE(:longest_ns, 86400000000000) AS longest, 100000000 AS skew),
signal AS (
  SELECT s.* FROM v_chain_evidence s WHERE s.flags & (524288 | 2147483648 | 16777216) = 0),
lead AS (
  SELECT s.event, s.time_ns, s.source_process, s.target_process, skew
  FROM signal s, parameter
  WHERE s.role = 'access'
    AND CASE mask_all WHEN 1 THEN s.value & mask = mask ELSE mask = 0 OR s.value & mask <> 0 END
  UNION ALL
  SELECT s.event, s.time_ns, s.source_process, s.target_process, 0
  FROM signal s WHERE s.role IN ('alloc', 'protect', 'write', 'map')),
)sql";
constexpr std::string_view kAccessLedAnchors = R"sql(-- A resumption runs a payload where nothing else of the pair executed, after a map into the target or a write; of its own
-- child's only beyond what every creation does: with executable memory, or the fifth write.
payload AS (
  SELECT m.source_process, m.target_process, MIN(m.time_ns) AS time_ns
  FROM (SELECT s.*, SUM(s.role = 'write') OVER w AS writes, MAX(s.text LIKE '%EXECUTE%') OVER w AS executable
        FROM signal s WHERE s.role IN ('alloc', 'protect', 'write', 'map')
        WINDOW w AS (PARTITION BY s.source_process, s.target_process ORDER BY s.time_ns, s.event ROWS UNBOUNDED PRECEDING)) m
       JOIN maker k ON k.child = m.target_process
  WHERE m.role = 'map'
     OR (m.writes > 0 AND (k.process IS NOT m.source_process OR m.executable OR m.writes > 4))
  GROUP BY 1, 2),
anchor AS (
  SELECT s.event, s.time_ns, s.source_process, s.target_process
  FROM signal s WHERE s.role IN ('execute', 'tamper')
  UNION ALL
  SELECT r.event, r.time_ns, r.source_process, r.target_process
  FROM signal r JOIN payload p ON p.source_process = r.source_process AND p.target_process = r.target_process
  WHERE r.role = 'resume' AND r.time_ns >= p.time_ns AND NOT EXISTS (
    SELECT 1 FROM signal x
    WHERE x.role = 'execute' AND x.source_process = r.source_process AND x.target_process = r.target_process)),
windows AS (
  SELECT l.source_process, l.target_process, a.event, MIN(MAX(0, a.time_ns - l.time_ns)) AS window_ns
  FROM anchor a JOIN lead l ON l.target_process = a.target_process
                           AND (a.source_process IS NULL OR l.source_process = a.source_process)
  WHERE l.time_ns <= a.time_ns + l.skew
  GROUP BY 1, 2, 3)
SELECT w.source_process, w.target_process, w.event AS anchor, w.window_ns AS span_ns, w.window_ns AS gap_ns
FROM windows w, parameter
WHERE w.window_ns <= longest
ORDER BY 1, 2, 3
)sql";

// Flags (core/model/signal.h): 512 unsigned, 1024 native image, 2048 user-writable path. The handle
// holds VM_WRITE and VM_OPERATION whatever the mask says. Not the loader's own work: the target's own image, and what
// is loaded from one second before its start to five after.
constexpr std::string_view kLoadLedHead = R"sql(
WITH
parameter AS (
  SELECT COALESCE(:access_mask, 0x28) AS mask, COALESCE(:mask_all, 1) AS mask_all,
         COALESCE(:longest_ns, 86400000000000) AS longest, 100000000 AS skew),
)sql";
constexpr std::string_view kLoadLedTail = R"sql(opened AS (
  SELECT s.event, s.time_ns, s.source_process, s.target_process
  FROM v_chain_evidence s JOIN opener o ON o.process = s.source_process
                          JOIN maker m ON m.child = s.target_process, parameter
  WHERE s.role = 'access' AND s.value & 0x28 = 0x28
    AND CASE mask_all WHEN 1 THEN s.value & mask = mask ELSE mask = 0 OR s.value & mask <> 0 END
    AND m.process IS NOT s.source_process AND NOT o.of_every_process),
start AS (
  SELECT v.process, CASE WHEN v.start_inferred = 0 THEN v.start_ns ELSE (
      SELECT MIN(s.time_ns) FROM v_chain_evidence s
      WHERE s.role = 'load' AND s.target_process = v.process AND s.text = v.image) END AS start_ns
  FROM v_process v),
unusual AS (
  SELECT s.event, s.time_ns, s.target_process
  FROM v_chain_evidence s JOIN v_process v ON v.process = s.target_process JOIN start b ON b.process = s.target_process
  WHERE s.role = 'load' AND s.flags & (512 | 2048) <> 0 AND s.flags & 1024 = 0
    AND LOWER(s.text) <> LOWER(v.image)
    AND (b.start_ns IS NULL OR s.time_ns < b.start_ns - 1000000000 OR s.time_ns > b.start_ns + 5000000000))
SELECT o.source_process, o.target_process, u.event AS anchor,
       MIN(MAX(0, u.time_ns - o.time_ns)) AS span_ns, MIN(MAX(0, u.time_ns - o.time_ns)) AS gap_ns
FROM unusual u JOIN opened o ON o.target_process = u.target_process, parameter
WHERE o.time_ns <= u.time_ns + skew
  -- A load that follows an execution of the same pair is evidence of that, not an anchor.
  AND NOT EXISTS (
    SELECT 1 FROM v_chain_evidence x
    WHERE x.role = 'execute' AND x.source_process = o.source_process AND x.target_process = o.target_process
      AND x.time_ns <= u.time_ns + skew AND u.time_ns - x.time_ns <= 10000000000)
GROUP BY 1, 2, 3
HAVING MIN(MAX(0, u.time_ns - o.time_ns)) <= (SELECT longest FROM parameter)
ORDER BY 1, 2, 3
)sql";

}  // namespace

std::string_view reference_sql(std::string_view analytic, std::string_view pattern) {
    static const std::string kAccessLed = std::string(kAccessLedLeads).append(kMaker).append(kAccessLedAnchors);
    static const std::string kLoadLed = std::string(kLoadLedHead).append(kMaker).append(kLoadLedTail);
    if (analytic != "AN1399") {
        return {};
    }
    return pattern == "access-led" ? kAccessLed : pattern == "load-led" ? kLoadLed : std::string_view{};
}

}  // namespace trocar

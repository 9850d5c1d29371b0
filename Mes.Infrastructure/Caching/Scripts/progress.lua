-- The note of how far a build has come: its mark and its cursor, with a proof. A corrupted cursor would leave out the
-- orders before it (bug class 35).
local function progress_of(mark, cursor) return proof(mark .. ' ' .. cursor) .. ' ' .. mark .. ' ' .. cursor end

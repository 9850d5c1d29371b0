-- How far a builder is, under which mark. Proven: a place that was spoiled would leave out the orders in front of it (bug class 35).
local function progress_of(mark, far) return proof(mark .. ' ' .. far) .. ' ' .. mark .. ' ' .. far end

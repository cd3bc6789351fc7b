local words = {}
for i = 0, 999 do
  words[i] = "word" .. i
end
local counts = {}
local seed = 42
for _ = 1, tonumber(arg[1]) do
  seed = (seed * 1103515245 + 12345) % 2147483648
  local word = words[seed // 65536 % 1000]
  counts[word] = (counts[word] or 0) + 1
end
local different, most = 0, 0
for _, count in pairs(counts) do
  different = different + 1
  most = math.max(most, count)
end
print(different .. " " .. most)

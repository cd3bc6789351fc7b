local lines = {}
for i = 0, tonumber(arg[1]) - 1 do
  lines[#lines + 1] = i .. ": " .. i * i % 1000 .. " apples"
end
local text = table.concat(lines, "\n")
local spaces = 0
for i = 1, #text do
  if text:sub(i, i) == " " then
    spaces = spaces + 1
  end
end
print(#text .. " " .. spaces)

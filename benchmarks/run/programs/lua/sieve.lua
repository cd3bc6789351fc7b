local n = tonumber(arg[1])
local is_prime = {}
for i = 0, n do
  is_prime[i] = true
end
local count = 0
for i = 2, n do
  if is_prime[i] then
    count = count + 1
    for k = i * i, n, i do
      is_prime[k] = false
    end
  end
end
print(count)

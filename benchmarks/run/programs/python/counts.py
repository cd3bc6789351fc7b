import sys


def main():
    words = [f"word{i}" for i in range(1000)]
    counts = {}
    seed = 42
    for _ in range(int(sys.argv[1])):
        seed = (seed * 1103515245 + 12345) % 2147483648
        word = words[seed // 65536 % 1000]
        counts[word] = counts.get(word, 0) + 1
    most = max(counts.values())
    print(len(counts), most)


main()

using MediatR;
using Mes.Domain.Results;

namespace Mes.Tests.Architecture.Planted.UseCases.SharesFolder;

/// <summary>Planted.</summary>
internal sealed class SharesFolderHandler : IRequestHandler<SharesFolder, Result<int>>
{
    public Task<Result<int>> Handle(SharesFolder query, CancellationToken cancellationToken) =>
        Task.FromResult<Result<int>>(0);
}
